set -e
# The first process of a container ignores what it does not trap: a stop would wait to its limit.
trap "exit 143" TERM
mkdir -p /run/mysqld
id mysql >/dev/null 2>&1 || useradd -r mysql
chown -R mysql: /var/lib/mysql /run/mysqld
if [ ! -d /var/lib/mysql/mysql ]; then
  mariadb-install-db --user=mysql --datadir=/var/lib/mysql --auth-root-authentication-method=normal --skip-test-db
  {
    echo "FLUSH PRIVILEGES;"
    echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';"
    echo "CREATE DATABASE shop;"
    echo "CREATE TABLE shop.orders (id INT PRIMARY KEY, item TEXT);"
    echo "INSERT INTO shop.orders VALUES (1, 'hat'), (2, 'coat');"
  } | mariadbd --user=mysql --bootstrap --datadir=/var/lib/mysql
fi
exec mariadbd --user=mysql --datadir=/var/lib/mysql --skip-networking

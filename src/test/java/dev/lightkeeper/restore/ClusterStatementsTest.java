package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Statements as pg_dumpall of PostgreSQL 9.6 and 13 writes them. */
class ClusterStatementsTest {
  @Test
  void a_dump_of_9_6_fits_a_new_cluster() throws Exception {
    assertThat(
            fit(
                """
                SET standard_conforming_strings = on;
                DROP DATABASE btcpay;
                DROP ROLE postgres;
                DROP ROLE shop;
                CREATE ROLE postgres;
                ALTER ROLE postgres WITH SUPERUSER INHERIT;
                CREATE ROLE shop;
                CREATE DATABASE btcpay WITH TEMPLATE = template0 OWNER = postgres;
                REVOKE CONNECT,TEMPORARY ON DATABASE template1 FROM PUBLIC;
                \\connect btcpay
                """))
        .isEqualTo(
            """
            SET standard_conforming_strings = on;
            DROP DATABASE IF EXISTS btcpay;

            DROP ROLE IF EXISTS shop;

            ALTER ROLE postgres WITH SUPERUSER INHERIT;
            CREATE ROLE shop;
            CREATE DATABASE btcpay WITH TEMPLATE = template0 OWNER = postgres;
            REVOKE CONNECT,TEMPORARY ON DATABASE template1 FROM PUBLIC;
            \\connect btcpay
            """);
  }

  @Test
  void a_dump_of_13_drops_template1_before_it_connects() throws Exception {
    assertThat(
            fit(
                """
                DROP ROLE IF EXISTS postgres;
                UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datname = 'template1';
                DROP DATABASE template1;
                CREATE DATABASE template1 WITH TEMPLATE = template0 ENCODING = 'UTF8';
                \\connect template1
                """))
        .isEqualTo(
            """

            UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datname = 'template1';
            DROP DATABASE IF EXISTS template1;
            CREATE DATABASE template1 WITH TEMPLATE = template0 ENCODING = 'UTF8';
            \\connect template1
            """);
  }

  @Test
  void nothing_after_the_first_connect_is_changed_not_a_byte() throws Exception {
    StringBuilder rest = new StringBuilder("\\connect a\nCOPY public.t (x) FROM stdin;\n");
    for (int i = 0; i < 256; i++) {
      rest.append((char) i).append("DROP ROLE postgres;\nDROP DATABASE x;\r\n\n");
    }
    String end = rest + "\\.\nCREATE ROLE postgres;\nDROP DATABASE b;\nno line feed";
    assertThat(fit(end.repeat(40))).isEqualTo(end.repeat(40));
  }

  @Test
  void text_of_several_lines_is_not_taken_for_statements() throws Exception {
    String comment =
        "COMMENT ON ROLE shop IS 'as told:\nDROP ROLE postgres;\nDROP DATABASE x;\n';\n";
    assertThat(fit(comment)).isEqualTo(comment);
  }

  private static String fit(String dump) throws IOException {
    try (ClusterStatements fit =
        new ClusterStatements(
            new ByteArrayInputStream(dump.getBytes(StandardCharsets.ISO_8859_1)))) {
      return new String(fit.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}

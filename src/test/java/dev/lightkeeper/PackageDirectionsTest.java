package dev.lightkeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Dependencies run in one direction: what each package may know. Nobody knows cli. */
@AnalyzeClasses(
    packages = PackageDirectionsTest.ROOT,
    importOptions = ImportOption.DoNotIncludeTests.class)
class PackageDirectionsTest {
  static final String ROOT = "dev.lightkeeper";

  @ArchTest static final ArchRule config_knows_nobody = mayKnow("config");
  @ArchTest static final ArchRule files_knows_nobody = mayKnow("files");
  @ArchTest static final ArchRule node_knows_nobody = mayKnow("node");
  @ArchTest static final ArchRule scb_knows_node = mayKnow("scb", "node");
  @ArchTest static final ArchRule remote_knows_node = mayKnow("remote", "node");

  @ArchTest
  static final ArchRule sftp_knows_the_contract =
      mayKnow("remote.sftp", "remote", "remote.transfer", "node");

  @ArchTest
  static final ArchRule directory_knows_the_contract =
      mayKnow("remote.directory", "remote", "remote.transfer", "node");

  @ArchTest
  static final ArchRule transfer_knows_the_contract = mayKnow("remote.transfer", "remote", "node");

  @ArchTest
  static final ArchRule shelf_keeps_archives = mayKnow("shelf", "remote", "node", "health");

  @ArchTest static final ArchRule health_knows_node = mayKnow("health", "node", "files");
  @ArchTest static final ArchRule alert_knows_health = mayKnow("alert", "health", "files");
  @ArchTest static final ArchRule watch_knows_node = mayKnow("watch", "node");

  @ArchTest
  static final ArchRule stream_knows_what_it_joins =
      mayKnow("stream", "node", "scb", "remote", "health");

  @ArchTest static final ArchRule page_shows_what_is_streamed = mayKnow("page", "stream", "health");

  @ArchTest static final ArchRule deployment_knows_node = mayKnow("deployment", "files", "node");
  @ArchTest static final ArchRule archive_knows_node = mayKnow("archive", "node");

  @ArchTest
  static final ArchRule setup_knows_what_it_tries =
      mayKnow(
          "setup",
          "config",
          "node",
          "scb",
          "deployment",
          "remote",
          "remote.sftp",
          "remote.directory");

  @ArchTest
  static final ArchRule backup_knows_what_it_joins =
      mayKnow(
          "backup",
          "files",
          "archive",
          "deployment",
          "shelf",
          "handoff",
          "remote",
          "health",
          "node");

  @ArchTest
  static final ArchRule handoff_knows_what_it_joins =
      mayKnow("handoff", "deployment", "remote", "health", "node");

  @ArchTest
  static final ArchRule restore_knows_what_it_joins =
      mayKnow(
          "restore",
          "files",
          "archive",
          "deployment",
          "recover",
          "shelf",
          "handoff",
          "remote",
          "stream",
          "scb",
          "health",
          "node");

  @ArchTest
  static final ArchRule recover_knows_the_node_and_its_container =
      mayKnow("recover", "deployment", "scb", "node");

  @ArchTest
  static final ArchRule nobody_goes_in_circles =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule every_package_has_its_rule =
      classes()
          .should()
          .resideInAnyPackage(
              List.of(
                      "config",
                      "node",
                      "files",
                      "scb",
                      "remote",
                      "remote.sftp",
                      "remote.directory",
                      "remote.transfer",
                      "shelf",
                      "health",
                      "alert",
                      "watch",
                      "stream",
                      "page",
                      "deployment",
                      "archive",
                      "setup",
                      "backup",
                      "handoff",
                      "restore",
                      "recover",
                      "cli")
                  .stream()
                  .map(PackageDirectionsTest::full)
                  .toArray(String[]::new));

  private static ArchRule mayKnow(String name, String... known) {
    List<String> allowed = List.of(known).stream().map(PackageDirectionsTest::full).toList();
    DescribedPredicate<JavaClass> permitted =
        DescribedPredicate.describe(
            "itself, other projects or " + allowed,
            c ->
                !c.getPackageName().startsWith(ROOT)
                    || c.getPackageName().equals(full(name))
                    || allowed.contains(c.getPackageName()));
    return classes()
        .that()
        .resideInAPackage(full(name))
        .should()
        .onlyDependOnClassesThat(permitted);
  }

  private static String full(String name) {
    return ROOT + "." + name;
  }
}

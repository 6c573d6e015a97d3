package io.tokenledger.forwarder.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate that signs itself, and its key, as PEM files.
 *
 * @param certificate also what who trusts it takes as root
 */
record ServerCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  /**
   * @param name for which it is, such as {@code ip:127.0.0.1} or {@code dns:db.example}
   */
  static ServerCertificate in(Path directory, String name) {
    try {
      Files.createDirectories(directory);
      Path store = directory.resolve("server.p12");
      Process keytool =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                      "-genkeypair",
                      "-alias",
                      "server",
                      "-keyalg",
                      "EC",
                      "-dname",
                      "CN=ledger",
                      "-ext",
                      "san=" + name,
                      "-storetype",
                      "PKCS12",
                      "-storepass",
                      PASSWORD,
                      "-keystore",
                      store.toString()))
              .redirectErrorStream(true)
              .start();
      String said = new String(keytool.getInputStream().readAllBytes());
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      Path certificate = directory.resolve("server.crt");
      Path key = directory.resolve("server.key");
      Files.writeString(
          certificate, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
      Files.writeString(
          key, pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      return new ServerCertificate(certificate, key);
    } catch (IOException | InterruptedException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static String pem(String type, byte[] content) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + type
        + "-----\n";
  }
}

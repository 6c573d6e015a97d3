package io.tokenledger.forwarder.store;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;

/**
 * TLS that the configuration or a certificate keeps from working, and that waiting does not mend: a
 * handshake that only broke off is a lost connection like others.
 */
final class TlsTrouble {
  private static final Pattern SAYS =
      Pattern.compile(
          "does not support SSL|hostname .* could not be verified|SSL root certificate"
              + "|SSL certificate|SSL key|sslmode|pg_hba.conf entry .* (no encryption|SSL off)");

  private TlsTrouble() {}

  static boolean isCauseOf(Throwable failure) {
    return sentenceOf(failure) != null;
  }

  /** What is wrong and what to do. */
  static String sentence(Throwable failure) {
    return "cannot be reached safely ("
        + sentenceOf(failure)
        + "): check sslmode, sslrootcert and the host name in postgres.url against the server's"
        + " certificate.";
  }

  private static String sentenceOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String says =
          cause.getMessage() == null ? "" : cause.getMessage().lines().findFirst().orElse("");
      if (cause instanceof CertificateException
          || cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException
          || SAYS.matcher(says).find()) {
        return says.isEmpty() ? cause.getClass().getSimpleName() : says;
      }
    }
    return null;
  }
}

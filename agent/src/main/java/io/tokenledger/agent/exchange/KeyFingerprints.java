package io.tokenledger.agent.exchange;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells API keys apart without storing them: HMAC-SHA256 under the fleet's salt, the first 16 bytes
 * in hex. Without the salt a fingerprint cannot be tried against a list of keys.
 */
final class KeyFingerprints {
  private static final int BYTES = 16;
  private static final String BEARER = "bearer ";
  private static final String[] KEY_HEADERS = {"x-api-key", "api-key", "x-goog-api-key"};

  private final SecretKeySpec salt;

  KeyFingerprints(String salt) {
    this.salt = new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /** The key that a request carries, or null. Application threads: finds it, hashes nothing. */
  String key(HeaderSource headers) {
    String authorization = headers.value("authorization");
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length());
    }
    for (String name : KEY_HEADERS) {
      String key = headers.value(name);
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  /** Ledger thread. Null where the JVM has no HMAC-SHA256. */
  String of(String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(salt);
      byte[] hash = mac.doFinal(key.trim().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (GeneralSecurityException unavailable) {
      return null;
    }
  }
}

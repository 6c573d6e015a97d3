package io.tokenledger.forwarder.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text: those that are known by value, and whatever looks like one. The parts
 * of a bundle are chosen so that none should be in them; this is the second line. Immutable.
 */
final class Redactor {
  static final String REDACTED = "[redacted]";

  /** Shorter values would also hit words that are no secret. */
  private static final int SHORTEST = 4;

  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)\\b((?:[a-z0-9]+[-_.])*(?:password|passwd|pwd|secret|token|salt|credentials?"
              + "|api[-_]?key|access[-_]?key|key|authorization|cookie))"
              + "(\"?\\s*[=:]\\s*\"?)(?:(?:bearer|basic)\\s+)?[^\\s\"',;&}]+");

  private static final Pattern BEARER =
      Pattern.compile("(?i)\\b(bearer|basic)\\s+[^\\s\"',;}]{6,}");

  private static final Pattern USER_INFO = Pattern.compile("://[^/\\s:@\"]*:[^/\\s@\"]+@");

  private static final Pattern KEY_LIKE =
      Pattern.compile(
          "\\b(?:sk|pk|rk|gsk|xai|pplx|hf|r8|ghp|key)[-_][A-Za-z0-9_-]{12,}"
              + "|\\bAIza[A-Za-z0-9_-]{20,}|\\bAKIA[A-Z0-9]{12,}"
              + "|\\beyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_.-]+");

  private final List<String> secrets;

  /**
   * @param secrets values that must not appear, whatever stands beside them
   */
  Redactor(Collection<String> secrets) {
    // The longest first: one secret may hold another.
    this.secrets =
        secrets.stream()
            .filter(secret -> secret != null && secret.length() >= SHORTEST)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  String clean(String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, REDACTED);
    }
    clean = USER_INFO.matcher(clean).replaceAll("://" + REDACTED + "@");
    clean = NAMED.matcher(clean).replaceAll("$1$2" + REDACTED);
    clean = BEARER.matcher(clean).replaceAll("$1 " + REDACTED);
    return KEY_LIKE.matcher(clean).replaceAll(REDACTED);
  }
}

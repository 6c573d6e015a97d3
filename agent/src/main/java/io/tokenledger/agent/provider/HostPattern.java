package io.tokenledger.agent.provider;

/**
 * A host name, or one with a single star for any text.
 *
 * @param start before the star
 * @param end after the star; null when there is none
 */
public record HostPattern(String start, String end) {

  public static HostPattern of(String pattern) {
    int star = pattern.indexOf('*');
    return star < 0
        ? new HostPattern(pattern, null)
        : new HostPattern(pattern.substring(0, star), pattern.substring(star + 1));
  }

  /** Ignores case and allocates nothing. */
  public boolean matches(String host) {
    if (end == null) {
      return host.equalsIgnoreCase(start);
    }
    return host.length() >= start.length() + end.length()
        && host.regionMatches(true, 0, start, 0, start.length())
        && host.regionMatches(true, host.length() - end.length(), end, 0, end.length());
  }

  /** What stands for the star in a host that matches; null when the pattern has none. */
  public String atStar(String host) {
    return end == null ? null : host.substring(start.length(), host.length() - end.length());
  }
}

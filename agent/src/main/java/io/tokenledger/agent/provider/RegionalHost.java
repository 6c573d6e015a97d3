package io.tokenledger.agent.provider;

/**
 * A provider's hosts that name a region: all that a host has between two texts, which is one label
 * without dots. Immutable, thread-safe.
 *
 * @param before what stands before the region, at the start of the name or after a dot
 * @param after what the name ends with after the region
 */
public record RegionalHost(String before, String after) {

  /** Ignores case and allocates nothing. */
  public boolean matches(String host) {
    return start(host) >= 0;
  }

  /** The region that a host names, or null when the host is another. */
  public String region(String host) {
    int start = start(host);
    return start < 0 ? null : host.substring(start, host.length() - after.length());
  }

  private int start(String host) {
    int end = host.length() - after.length();
    if (end <= 0 || !HostName.endsWith(host, after)) {
      return -1;
    }
    int start = host.lastIndexOf('.', end - 1) + 1;
    int name = start - before.length();
    boolean named =
        start < end
            && name >= 0
            && host.regionMatches(true, name, before, 0, before.length())
            && (name == 0 || host.charAt(name - 1) == '.');
    return named ? start : -1;
  }
}

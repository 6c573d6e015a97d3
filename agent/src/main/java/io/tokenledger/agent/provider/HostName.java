package io.tokenledger.agent.provider;

/** Comparisons of host names: they ignore case and allocate nothing. */
public final class HostName {
  private HostName() {}

  /** True for the host itself and for its regional forms, {@code <region>.<host>}. */
  public static boolean isOrRegionOf(String host, String name) {
    if (host.length() == name.length()) {
      return host.equalsIgnoreCase(name);
    }
    int dot = host.length() - name.length() - 1;
    return dot > 0 && host.charAt(dot) == '.' && endsWith(host, name);
  }

  static boolean endsWith(String host, String suffix) {
    int start = host.length() - suffix.length();
    return start >= 0 && host.regionMatches(true, start, suffix, 0, suffix.length());
  }
}

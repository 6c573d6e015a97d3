package io.tokenledger.agent.provider;

/** Names and addresses of the machine itself, told by their text: no name is ever looked up. */
public final class Loopback {
  private Loopback() {}

  /** True for this machine. */
  public static boolean is(String host) {
    return host.equalsIgnoreCase("localhost")
        || HostName.endsWith(host, ".localhost")
        || host.equals("::1")
        || host.equals("0:0:0:0:0:0:0:1")
        || isIpv4Loopback(host);
  }

  private static boolean isIpv4Loopback(String host) {
    if (!host.startsWith("127.")) {
      return false;
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }
}

package io.tokenledger.it.privacy;

import java.security.Permission;

/**
 * Prints every attempt of the process to connect, allows everything. The security manager is the
 * one place in a JVM that sees each attempt; JDK 17 still has it.
 */
@SuppressWarnings({"removal", "deprecation"})
public final class ConnectionRecorder extends SecurityManager {
  @Override
  public void checkConnect(String host, int port) {
    // port -1 is a look-up of a name: it counts, too
    System.out.println("connect " + host + " " + port);
  }

  @Override
  public void checkPermission(Permission permission) {}

  @Override
  public void checkPermission(Permission permission, Object context) {}
}

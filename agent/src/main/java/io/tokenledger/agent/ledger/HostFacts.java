package io.tokenledger.agent.ledger;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * What can be known of this host and process in premain: with java.io, and never by the network.
 */
final class HostFacts {
  private HostFacts() {}

  /**
   * The host's name as it calls itself, or null. InetAddress would ask DNS, and may wait for
   * seconds where there is none.
   */
  static String hostName() {
    String name = firstLine(new File("/proc/sys/kernel/hostname"));
    if (name == null) {
      name = System.getenv("HOSTNAME");
    }
    return name == null ? System.getenv("COMPUTERNAME") : name;
  }

  /** The number of this process as it sees it itself: in a container not the host's number. */
  static long pid() {
    try {
      return Long.parseLong(new File("/proc/self").getCanonicalFile().getName());
    } catch (IOException | NumberFormatException e) {
      return ProcessHandle.current().pid();
    }
  }

  /** Random bytes. SecureRandom takes 20 ms to start, the kernel's own device none. */
  static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    try (InputStream device = new FileInputStream("/dev/urandom")) {
      if (device.readNBytes(bytes, 0, count) == count) {
        return bytes;
      }
    } catch (IOException e) {
      // not a Unix
    }
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static String firstLine(File file) {
    try (InputStream in = new FileInputStream(file)) {
      String line = new String(in.readNBytes(256), StandardCharsets.UTF_8).trim();
      return line.isEmpty() ? null : line;
    } catch (IOException e) {
      return null;
    }
  }
}

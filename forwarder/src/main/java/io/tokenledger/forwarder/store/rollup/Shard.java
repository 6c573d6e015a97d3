package io.tokenledger.forwarder.store.rollup;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Which rows of a rollup a writer adds to. Forwarders on different hosts mostly have different
 * ones, so that they do not queue for the few rows that all of them add to.
 *
 * @param number from 0 to 15, -1 for {@link #CORRECTIONS}
 */
public record Shard(int number) {
  /** How many there are: more rows to add up for readers, fewer waits for writers. */
  static final int COUNT = 16;

  /** Repricing has rows of its own: it holds them longer than a drain should wait. */
  public static final Shard CORRECTIONS = new Shard(-1);

  private static final Shard THIS_HOST = of(hostName());

  public Shard {
    if (number < -1 || number >= COUNT) {
      throw new IllegalArgumentException("shard " + number);
    }
  }

  /** The shard of this host: the same whenever it starts, so that it adds to the same rows. */
  public static Shard ofThisHost() {
    return THIS_HOST;
  }

  static Shard of(String host) {
    CRC32 hash = new CRC32();
    hash.update(host.getBytes(StandardCharsets.UTF_8));
    return new Shard((int) (hash.getValue() % COUNT));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "";
    }
  }
}

package io.tokenledger.forwarder.store.rollup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;

/** One combination of a time and dimensions. Immutable. */
final class RollupKey {
  private final long time;
  private final String[] dimensions;
  private final int hash;

  /**
   * @param time start of the hour or day, in seconds since 1970
   * @param dimensions null: not known; not copied
   */
  RollupKey(long time, String[] dimensions) {
    this.time = time;
    this.dimensions = dimensions;
    this.hash = 31 * Arrays.hashCode(dimensions) + Long.hashCode(time);
  }

  long time() {
    return time;
  }

  String dimension(int index) {
    return dimensions[index];
  }

  /** The same as the SQL function {@code rollup_key}: short, and of one size for the index. */
  UUID uuid() {
    MessageDigest digest = sha256();
    for (String value : dimensions) {
      byte[] text = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(0, text == null ? -1 : text.length));
      if (text != null) {
        digest.update(text);
      }
    }
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RollupKey that
        && hash == that.hash
        && time == that.time
        && Arrays.equals(dimensions, that.dimensions);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }
}

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

  /**
   * The same as the SQL function {@code rollup_key}: short, and of one size for the index.
   *
   * @param sha256 as {@link #sha256} makes it; one may serve many keys
   */
  UUID uuid(MessageDigest sha256) {
    byte[][] texts = new byte[dimensions.length][];
    int size = 0;
    for (int i = 0; i < texts.length; i++) {
      if (dimensions[i] != null) {
        texts[i] = dimensions[i].getBytes(StandardCharsets.UTF_8);
        size += texts[i].length;
      }
    }
    ByteBuffer message = ByteBuffer.allocate(size + Integer.BYTES * texts.length);
    for (byte[] text : texts) {
      message.putInt(text == null ? -1 : text.length);
      if (text != null) {
        message.put(text);
      }
    }
    ByteBuffer bytes = ByteBuffer.wrap(sha256.digest(message.array()));
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
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
}

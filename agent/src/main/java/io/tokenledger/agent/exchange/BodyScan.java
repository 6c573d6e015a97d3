package io.tokenledger.agent.exchange;

import java.nio.ByteBuffer;

/**
 * Sees the bytes of one write of a request body as the client writes them. Same rules as {@link
 * Exchange}.
 */
public interface BodyScan {
  void bytes(byte[] buffer, int offset, int length);

  /** Position and limit of the buffer stay as they are. */
  void bytes(ByteBuffer buffer);
}

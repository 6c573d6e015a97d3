package io.tokenledger.agent.decode;

import java.util.zip.CRC32;

/**
 * AWS event stream ({@code application/vnd.amazon.eventstream}): binary messages, numbers
 * big-endian, cut anywhere:
 *
 * <pre>
 *   | total length 4 | length of headers 4 | CRC of the 8 before 4 | headers | payload | CRC of all before 4 |
 *     PRELUDE ----------------------------------------------------> HEADERS -> PAYLOAD -> TRAILER -> PRELUDE
 * </pre>
 *
 * What the scanner sees of a message is said at {@link StreamForm#AWS_EVENTS}. A message counts
 * once its checksum is right: otherwise what it said is taken back, and the reading ends.
 *
 * @see <a href="https://smithy.io/2.0/aws/amazon-eventstream.html">the format</a>
 */
final class AwsEventStreamFramer implements Framer {
  private static final int PRELUDE = 0;
  private static final int HEADERS = 1;
  private static final int PAYLOAD = 2;
  private static final int TRAILER = 3;

  private static final int PRELUDE_BYTES = 12;
  private static final int CRC_BYTES = 4;

  private final FieldTable table;
  private final FieldScanner scanner;
  private final CRC32 crc = new CRC32();
  private final AwsMessageHeaders headers = new AwsMessageHeaders();
  private final AwsChunkPayload chunk;

  private int state = PRELUDE;

  /** Bytes of the part in progress that are still to come. */
  private int left = PRELUDE_BYTES;

  private int headersLength;
  private int payloadLength;
  private int trailer;
  private boolean ended;
  private boolean broken;

  AwsEventStreamFramer(FieldScanner scanner) {
    table = scanner.table();
    this.scanner = scanner;
    chunk = new AwsChunkPayload(scanner);
  }

  @Override
  public void feed(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to && !ended && !broken) {
      int length = Math.min(left, to - i);
      left -= length;
      switch (state) {
        case PRELUDE -> prelude(buffer, i, length);
        case HEADERS -> headers(buffer, i, length);
        case PAYLOAD -> payload(buffer, i, length);
        default -> trailer(buffer, i, length);
      }
      i += length;
    }
  }

  @Override
  public boolean finished() {
    return ended;
  }

  @Override
  public boolean mayEndHere() {
    return !table.hasTerminalEvent() && state == PRELUDE && left == PRELUDE_BYTES;
  }

  @Override
  public boolean streamed() {
    return true;
  }

  @Override
  public String name() {
    return "aws-eventstream";
  }

  @Override
  public boolean undecodable() {
    return broken;
  }

  private void prelude(byte[] buffer, int from, int length) {
    headers.append(buffer, from, length);
    if (left > 0) {
      return;
    }
    crc.reset();
    crc.update(headers.bytes(), 0, 8);
    boolean right = headers.number(8) == (int) crc.getValue();
    crc.update(headers.bytes(), 8, CRC_BYTES);
    headersLength = headers.number(4);
    payloadLength = headers.number(0) - headersLength - PRELUDE_BYTES - CRC_BYTES;
    if (!right
        || headersLength < 0
        || headersLength > AwsMessageHeaders.MAX_BYTES
        || payloadLength < 0) {
      broken = true;
      return;
    }
    headers.begin(headersLength);
    expect(HEADERS, headersLength);
    if (headersLength == 0) {
      beginPayload();
    }
  }

  private void headers(byte[] buffer, int from, int length) {
    headers.append(buffer, from, length);
    crc.update(buffer, from, length);
    if (left == 0) {
      beginPayload();
    }
  }

  private void beginPayload() {
    headers.read(headersLength);
    scanner.next();
    if (headers.isChunk()) {
      chunk.begin();
    } else {
      scanner.scan(headers.envelope(), 0, headers.envelopeLength());
      if (payloadLength == 0) {
        scanner.scan(AwsMessageHeaders.NO_PAYLOAD, 0, AwsMessageHeaders.NO_PAYLOAD.length);
      }
    }
    expect(PAYLOAD, payloadLength);
    if (payloadLength == 0) {
      endPayload();
    }
  }

  private void payload(byte[] buffer, int from, int length) {
    crc.update(buffer, from, length);
    if (headers.isChunk()) {
      chunk.feed(buffer, from, from + length);
    } else {
      scanner.scan(buffer, from, from + length);
    }
    if (left == 0) {
      endPayload();
    }
  }

  private void endPayload() {
    if (!headers.isChunk()) {
      scanner.scan(AwsMessageHeaders.CLOSING, 0, headers.depth());
    }
    trailer = 0;
    expect(TRAILER, CRC_BYTES);
  }

  private void trailer(byte[] buffer, int from, int length) {
    for (int i = from; i < from + length; i++) {
      trailer = trailer << 8 | buffer[i] & 0xff;
    }
    if (left > 0) {
      return;
    }
    if (trailer != (int) crc.getValue()) {
      scanner.takeBack();
      broken = true;
      return;
    }
    ended = scanner.terminal() || headers.namesOneOf(table.terminalTypes);
    headers.begin(PRELUDE_BYTES);
    expect(PRELUDE, PRELUDE_BYTES);
  }

  private void expect(int part, int length) {
    state = part;
    left = length;
  }
}

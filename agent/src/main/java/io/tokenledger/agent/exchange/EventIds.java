package io.tokenledger.agent.exchange;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Makes event ids: UUID version 7 (RFC 9562), whose first 48 bits are the record's time stamp in
 * milliseconds, so that the primary key grows with time. The other 74 bits are random: two
 * processes never agree on them by accident. Ledger thread only.
 */
final class EventIds {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private SecureRandom random;

  UUID at(long epochMilli) {
    if (random == null) {
      random = new SecureRandom();
    }
    long high = epochMilli << 16 | VERSION_7 | random.nextLong() & 0x0fffL;
    long low = VARIANT | random.nextLong() >>> 2;
    return new UUID(high, low);
  }
}

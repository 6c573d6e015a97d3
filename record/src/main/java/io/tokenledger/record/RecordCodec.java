package io.tokenledger.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;

/**
 * Turns entries of a queue into bytes and back.
 *
 * <p>An entry is one CBOR map (RFC 8949): {@code version}, then {@code kind}, then {@code
 * source_id}, {@code seq} and the fields of its kind by name. A {@code gap} has {@code reason},
 * {@code count}, {@code first}, {@code last}; an {@code agent_report} has {@code at}, {@code
 * report}; an {@code exchange} has the fields of {@link UsageField}. Identifiers are 16 bytes,
 * times are microseconds since the epoch, decimals are CBOR decimal fractions (tag 4), JSON is
 * text.
 *
 * <p>A version adds fields and kinds, and never changes the meaning of one, so that old and new
 * agents and forwarders read each other: what a reader does not know it keeps and writes again.
 *
 * <p>What is written can be stored: {@link #encode} makes text valid UTF-8 without NUL, cuts it at
 * the field's {@link UsageField#maxLength()}, and leaves out JSON that is longer than its field
 * allows (noted as {@code too_large} in {@code usage_note}) or that no {@code jsonb} column would
 * take (noted as {@code anomaly}).
 *
 * <p>Thread-safe.
 */
public final class RecordCodec {
  /** The version that this code writes. */
  public static final int VERSION = 1;

  /** Longest entry, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  private final EntryEncoder encoder;
  private final CBORFactory cbor;
  private EntryDecoder decoder; // from the first decoding on, for an agent never reads

  public RecordCodec() {
    this.cbor =
        CBORFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();
    this.encoder = new EntryEncoder(cbor);
  }

  /**
   * The bytes of an entry, at most {@link #MAX_BYTES}: what is too much for a record is left out,
   * previews and metadata first, counts never.
   *
   * @throws IllegalArgumentException if the entry cannot be made to fit
   */
  public byte[] encode(LedgerEntry entry) {
    return encoder.encode(entry);
  }

  /**
   * The entry in these bytes.
   *
   * @throws UndecodableRecordException if they are no entry, or more than one
   */
  public LedgerEntry decode(byte[] bytes) throws UndecodableRecordException {
    return decode(bytes, 0, bytes.length);
  }

  /** As {@link #decode(byte[])}, for a part of an array. */
  public LedgerEntry decode(byte[] bytes, int offset, int length)
      throws UndecodableRecordException {
    return decoder().decode(bytes, offset, length);
  }

  /** Immutable once made, so that threads which make one each do no harm. */
  private EntryDecoder decoder() {
    EntryDecoder made = decoder;
    if (made == null) {
      made = new EntryDecoder(cbor);
      decoder = made;
    }
    return made;
  }
}

package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UndecodableRecordException;

/** Bytes of any content as an entry of a queue: refused in one way, or read and written again. */
class RecordCodecFuzzTest {
  private final RecordCodec codec = new RecordCodec();

  @FuzzTest
  void readsAnEntryOrSaysThatItIsNone(byte[] input) {
    LedgerEntry entry;
    try {
      entry = codec.decode(input);
    } catch (UndecodableRecordException none) {
      return;
    }
    byte[] again = encoded(entry);
    if (again != null) {
      assertThat(again.length).isLessThanOrEqualTo(RecordCodec.MAX_BYTES);
      assertThat(encoded(decoded(again))).isEqualTo(again);
    }
  }

  private byte[] encoded(LedgerEntry entry) {
    try {
      return codec.encode(entry);
    } catch (IllegalArgumentException doesNotFit) {
      return null;
    }
  }

  private LedgerEntry decoded(byte[] own) {
    try {
      return codec.decode(own);
    } catch (UndecodableRecordException e) {
      throw new AssertionError("what was written cannot be read", e);
    }
  }
}

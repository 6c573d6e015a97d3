package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.pricing.PriceSource;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.DeadLetterBooking;
import io.tokenledger.forwarder.store.DeadLetterBooking.Outcome;
import io.tokenledger.forwarder.store.DeadLetterStore;
import io.tokenledger.forwarder.store.LedgerBatch;
import io.tokenledger.forwarder.store.LedgerTransaction;
import io.tokenledger.forwarder.store.SourceStore;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.RecordCodec;
import io.tokenledger.record.UndecodableRecordException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads dead letters again, with what this version knows, and books those that it understands. Each
 * is a transaction of its own: one that still fails holds up no other. Not thread-safe.
 */
public final class DeadLetterRetry {
  private static final int PAGE = 500;

  private final Database database;
  private final DeadLetterBooking booking;
  private final DeadLetterStore letters = new DeadLetterStore();
  private final RecordCodec codec = new RecordCodec();

  public DeadLetterRetry(Database database, PriceSource prices) {
    this.database = database;
    // Takes no lease: a dead letter lies behind its source's position, whoever reads that.
    SourceStore sources = new SourceStore("dead-letters", Duration.ZERO);
    this.booking = new DeadLetterBooking(database, new LedgerTransaction(sources, prices));
  }

  /** Tries the letter of that number. */
  public Outcome retry(long number) {
    return booking.book(number, this::read);
  }

  /** Tries all letters that are there, in the order of their numbers. */
  public void retryAll(Consumer<Outcome> target) {
    long last = 0;
    while (true) {
      List<Long> page = page(last);
      if (page.isEmpty()) {
        return;
      }
      for (long number : page) {
        target.accept(retry(number));
        last = number;
      }
    }
  }

  private List<Long> page(long after) {
    try (Connection connection = database.connect()) {
      return letters.after(connection, after, PAGE);
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private LedgerBatch read(DeadLetterStore.Locked letter) {
    RawEntry raw = new RawEntry(letter.record(), letter.place(), 0, 0);
    LedgerEntry entry = null;
    String problem = null;
    try {
      entry = codec.decode(letter.record());
      if (!entry.sourceId().equals(letter.sourceId())) {
        problem = "the record says it is of source " + entry.sourceId();
        entry = null;
      }
    } catch (UndecodableRecordException undecodable) {
      problem = undecodable.getMessage();
    }
    return Batch.apart(new Pulled(letter.sourceId(), null, raw, entry, problem, null));
  }
}

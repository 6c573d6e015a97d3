package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Books a dead letter: what it holds is written and the letter removed in one transaction, so that
 * neither a crash nor a second attempt books it twice. Needs the right to delete from {@code
 * token_ledger_dead_letters}, which the drain does not. Not thread-safe.
 */
public final class DeadLetterBooking {
  /** How an attempt ended. */
  public enum Result {
    /** Written and removed. */
    BOOKED,
    /** The ledger had it already: only removed. */
    HELD_ALREADY,
    /** Still undecodable, or refused by the database: it stays. */
    REFUSED,
    /** Its bytes are gone: it stays, as a note. */
    EXPIRED,
    /** There is no letter with that number, or no longer. */
    ABSENT;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the letter is still there, unbooked. */
    public boolean isLeft() {
      return this == REFUSED || this == EXPIRED;
    }
  }

  /**
   * @param reason why it stays; null where it does not
   */
  public record Outcome(long number, Result result, String reason) {}

  private final Database database;
  private final LedgerTransaction transaction;
  private final DeadLetterStore letters = new DeadLetterStore();

  public DeadLetterBooking(Database database, LedgerTransaction transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  /**
   * Books one letter.
   *
   * @param reading what the bytes say; dead letters in it mean that they still cannot be read
   * @throws StoreException when the database is to blame; trying again is safe
   */
  public Outcome book(long number, Function<DeadLetterStore.Locked, LedgerBatch> reading) {
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      Outcome outcome;
      try {
        outcome = attempt(connection, number, reading);
      } catch (SQLException failure) {
        if (!PostgresErrors.isDataError(failure)) {
          throw failure;
        }
        outcome = new Outcome(number, Result.REFUSED, firstLine(failure.getMessage()));
      } catch (ArithmeticException | IllegalArgumentException outOfRange) {
        outcome = new Outcome(number, Result.REFUSED, outOfRange.toString());
      }
      if (outcome.result().isLeft()) {
        connection.rollback();
      } else {
        connection.commit();
      }
      return outcome;
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  private Outcome attempt(
      Connection connection, long number, Function<DeadLetterStore.Locked, LedgerBatch> reading)
      throws SQLException {
    Optional<DeadLetterStore.Locked> letter = letters.lock(connection, number);
    if (letter.isEmpty()) {
      return new Outcome(number, Result.ABSENT, null);
    }
    if (letter.get().record() == null) {
      return new Outcome(number, Result.EXPIRED, "its bytes have expired");
    }
    LedgerBatch batch = reading.apply(letter.get());
    if (!batch.deadLetters().isEmpty()) {
      return new Outcome(number, Result.REFUSED, batch.deadLetters().get(0).reason());
    }
    boolean held = transaction.holds(connection, batch);
    if (!held) {
      transaction.book(connection, batch);
    }
    letters.remove(connection, number);
    return new Outcome(number, held ? Result.HELD_ALREADY : Result.BOOKED, null);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}

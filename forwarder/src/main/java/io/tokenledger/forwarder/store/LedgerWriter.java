package io.tokenledger.forwarder.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Runs a transaction and says how it ended; never guesses. When the answer to a commit is lost the
 * fence is read back, and the caller starts again from the stored positions. Not thread-safe.
 */
public final class LedgerWriter {
  /** So many lost one after the other are no chance, and somebody should hear of it. */
  private static final int MOST_LOST_RACES = 3;

  /** How a transaction ended. */
  public sealed interface Outcome {}

  /** It is committed. */
  public record Committed(LedgerTransaction.Written written) implements Outcome {}

  /**
   * Positions are not what was thought: nothing was written by this call, or the answer was lost.
   * Read them again.
   *
   * @param written what a commit whose answer was lost has written; null where nothing was
   */
  public record Unsure(LedgerTransaction.Written written) implements Outcome {}

  /**
   * It could not be written behind the one before it, for whatever reason; nothing was. Whether
   * anything is wrong with it shows when it is written behind none.
   */
  public record Postponed() implements Outcome {}

  /** A record in the batch cannot be stored; nothing was written. */
  public record Refused(String reason, String sqlState) implements Outcome {}

  private final Database database;
  private final SourceStore sources;
  private final LedgerTransaction transaction;
  private int lostRaces;

  public LedgerWriter(Database database, SourceStore sources, LedgerTransaction transaction) {
    this.database = database;
    this.sources = sources;
    this.transaction = transaction;
  }

  /**
   * Writes a batch.
   *
   * @param succession its place behind the one before it, for which it waits
   * @throws StoreException when the database is to blame; nothing is known to be written
   */
  public Outcome write(LedgerBatch batch, Succession succession) {
    boolean committed = false;
    try {
      // Not before the one ahead has a connection: there may be only one.
      succession.follow(Succession.Stage.CLAIMED);
      Outcome outcome = attempt(batch, succession);
      committed = outcome instanceof Committed;
      return outcome;
    } catch (Succession.BrokenException broken) {
      return new Postponed();
    } finally {
      succession.end(committed);
    }
  }

  private Outcome attempt(LedgerBatch batch, Succession succession) {
    boolean leads = succession.leads();
    try {
      Outcome outcome = run(batch, succession, leads);
      boolean isSure = !(outcome instanceof Unsure unsure) || unsure.written() != null;
      return leads || isSure ? outcome : new Postponed();
    } catch (StoreException failure) {
      if (leads) {
        throw failure;
      }
      return new Postponed();
    }
  }

  private Outcome run(LedgerBatch batch, Succession succession, boolean leads) {
    Optional<LedgerTransaction.Written> written;
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      try {
        written = transaction.write(connection, batch, succession);
      } catch (SQLException
          | ArithmeticException
          | NumberFormatException
          | UnstorableRecordException failure) {
        rollBack(connection);
        return leads ? refusal(failure) : new Postponed();
      } catch (Succession.BrokenException broken) {
        rollBack(connection);
        throw broken;
      }
      if (written.isEmpty()) {
        rollBack(connection);
        return new Unsure(null);
      }
      try {
        connection.commit();
        lostRaces = 0;
        return new Committed(written.get());
      } catch (SQLException lostAnswer) {
        rollBack(connection);
      }
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    return new Unsure(isCommitted(batch) ? written.get() : null);
  }

  private Outcome refusal(Exception failure) {
    if (!(failure instanceof SQLException sql)) {
      return new Refused(failure.toString(), null);
    }
    if (PostgresErrors.isDataError(sql)) {
      return new Refused(sql.getMessage(), sql.getSQLState());
    }
    if (PostgresErrors.isLostRace(sql) && ++lostRaces < MOST_LOST_RACES) {
      return new Unsure(null);
    }
    throw database.explain(sql);
  }

  private boolean isCommitted(LedgerBatch batch) {
    Advance any = batch.advances().get(0);
    try (Connection connection = database.connect()) {
      return sources.reads(connection, any.sourceId()) == any.reads() + 1;
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }

  /** The connection may be gone already; the server rolls back then. */
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException gone) {
      // nothing is left to roll back
    }
  }
}

package io.tokenledger.forwarder.drain;

import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.DeadLetterStore;
import java.sql.Connection;
import java.sql.SQLException;

/** Deletes what has served its time: drained files, and the bytes of dead letters. */
final class CleanUp {
  private final Database database;
  private final DrainSettings settings;
  private final LeasedSources sources;
  private final TurnReader turnReader;
  private final DrainedFiles drainedFiles;
  private final DeadLetterStore deadLetters = new DeadLetterStore();

  CleanUp(
      Database database,
      DrainSettings settings,
      LeasedSources sources,
      TurnReader turnReader,
      DrainedFiles drainedFiles) {
    this.database = database;
    this.settings = settings;
    this.sources = sources;
    this.turnReader = turnReader;
    this.drainedFiles = drainedFiles;
  }

  /** One pass; nothing may be being written meanwhile. */
  void run() {
    sources.review(); // what the ledger has lost is not drained
    deleteDrained();
    expireDeadLetters();
  }

  private void deleteDrained() {
    if (!settings.deleteDrained()) {
      return;
    }
    drainedFiles.measure();
    for (SourceReader finished : sources.finished()) {
      if (drainedFiles.deleteAbandoned(finished)) {
        sources.forget(finished);
      }
      turnReader.renew();
    }
    sources.readers().forEach(drainedFiles::deleteOldCycles);
  }

  private void expireDeadLetters() {
    try (Connection connection = database.connect()) {
      deadLetters.expire(connection, settings.deadLettersKeep());
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
  }
}

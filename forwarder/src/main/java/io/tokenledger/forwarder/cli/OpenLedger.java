package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.pricing.Catalogue;
import io.tokenledger.forwarder.pricing.PricePublisher;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.DatabaseClock;
import io.tokenledger.forwarder.store.EmbeddedPostgres;
import io.tokenledger.forwarder.store.MigrateMode;
import io.tokenledger.forwarder.store.MigrationResult;
import io.tokenledger.forwarder.store.Partitions;
import io.tokenledger.forwarder.store.PostgresSettings;
import io.tokenledger.forwarder.store.StoreException;
import io.tokenledger.forwarder.store.StoredPrices;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** The configured Postgres, or the embedded one where none is configured. */
final class OpenLedger implements AutoCloseable {
  private final EmbeddedPostgres embedded;
  private final PostgresSettings settings;
  private final Database database;
  private final MigrateMode mode;
  private final CountDownLatch prepared = new CountDownLatch(1);
  private int publishedSheets;

  private OpenLedger(
      EmbeddedPostgres embedded, PostgresSettings settings, Database database, MigrateMode mode) {
    this.embedded = embedded;
    this.settings = settings;
    this.database = database;
    this.mode = mode;
  }

  /**
   * A ledger that is brought up to date, unless its Postgres does not answer now and may do so
   * later.
   *
   * @throws io.tokenledger.forwarder.store.StoreException when waiting would not help
   */
  static OpenLedger openOrWait(ForwarderConfig config, Catalogue catalogue) {
    OpenLedger ledger = null;
    try {
      ledger = openToDrain(config);
      ledger.prepare(catalogue);
      return ledger;
    } catch (RuntimeException failure) {
      if (ledger != null) {
        ledger.close();
      }
      if (config.postgres() == null
          || !(failure instanceof StoreException store)
          || !store.isPassing()) {
        throw failure;
      }
      return new OpenLedger(
          null, config.postgres(), Database.unconnected(config.postgres()), config.migrate());
    }
  }

  static OpenLedger open(ForwarderConfig config) {
    return open(config, Database::open);
  }

  /**
   * A ledger for a command that only reads, by a role that may do no more. An embedded one is
   * brought up to date, since nobody else does it.
   */
  static OpenLedger openToRead(ForwarderConfig config) {
    OpenLedger ledger = open(config);
    try {
      if (ledger.isEmbedded()) {
        ledger.prepare(Catalogue.builtIn());
      }
      return ledger;
    } catch (RuntimeException failure) {
      ledger.close();
      throw failure;
    }
  }

  /** A ledger whose connections are given up where the server falls silent. */
  static OpenLedger openToDrain(ForwarderConfig config) {
    return open(config, Database::openToDrain);
  }

  private static OpenLedger open(
      ForwarderConfig config, Function<PostgresSettings, Database> connect) {
    if (config.postgres() != null) {
      return new OpenLedger(
          null, config.postgres(), connect.apply(config.postgres()), config.migrate());
    }
    EmbeddedPostgres embedded = EmbeddedPostgres.open(config.embeddedDirectory());
    try {
      // Nobody else looks after its schema.
      return new OpenLedger(
          embedded, embedded.settings(), connect.apply(embedded.settings()), MigrateMode.AUTO);
    } catch (RuntimeException failure) {
      embedded.close();
      throw failure;
    }
  }

  /** Brings schema and prices up to date, the schema where the configuration allows it. */
  MigrationResult prepare(Catalogue catalogue) {
    return prepare(catalogue, mode);
  }

  /** Brings schema and prices up to date, whatever the configuration says. */
  MigrationResult migrate(Catalogue catalogue) {
    return prepare(catalogue, MigrateMode.AUTO);
  }

  /** Does {@link #prepare} if it was not done yet. */
  void ensurePrepared(Catalogue catalogue) {
    if (prepared.getCount() > 0) {
      prepare(catalogue);
    }
  }

  /** Waits until it is prepared, by whichever thread; false when interrupted. */
  boolean awaitPrepared() {
    try {
      prepared.await();
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private MigrationResult prepare(Catalogue catalogue, MigrateMode allowed) {
    MigrationResult result = database.migrate(allowed);
    try (Connection connection = database.connect()) {
      Partitions.ensureAhead(connection, DatabaseClock.now(connection));
      publishedSheets =
          PricePublisher.publish(StoredPrices.read(catalogue, connection), connection);
    } catch (SQLException failure) {
      throw database.explain(failure);
    }
    prepared.countDown();
    return result;
  }

  /** How many price sheets {@link #prepare} added or closed. */
  int publishedSheets() {
    return publishedSheets;
  }

  Database database() {
    return database;
  }

  /** Connections of their own, for work that must not keep the drain waiting for one. */
  Database another() {
    return Database.open(settings);
  }

  boolean isEmbedded() {
    return embedded != null;
  }

  /** A sentence that says where the ledger is. */
  String description() {
    return isEmbedded()
        ? "No postgres is configured: an embedded Postgres serves, for trying out ("
            + settings.place()
            + ")."
        : "Ledger: " + settings.place();
  }

  @Override
  public void close() {
    database.close();
    if (embedded != null) {
      embedded.close();
    }
  }
}

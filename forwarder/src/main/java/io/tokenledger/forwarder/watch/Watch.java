package io.tokenledger.forwarder.watch;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tokenledger.forwarder.drain.DrainObserver;
import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.drain.LagReader;
import io.tokenledger.forwarder.drain.QueueBytes;
import io.tokenledger.forwarder.store.Database;
import io.tokenledger.forwarder.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at queue and ledger every few seconds, in a thread of its own, and keeps what it saw: a
 * scrape or a probe is answered from that, so neither waits for Postgres nor burdens it, however
 * many come. Thread-safe.
 */
public final class Watch implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);

  /** A look that takes longer than all this is stuck. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  /** Of each statement; SET LOCAL, since a pooler gives every transaction another session. */
  private static final String LIMITS =
      "SET LOCAL statement_timeout = '3s'; SET LOCAL lock_timeout = '1s'";

  private static final int MOST_SERVICES = 50;

  private final Database database;
  private final DrainSettings settings;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Labels services = new Labels(MOST_SERVICES);
  private final Labels clients = new Labels(MOST_SERVICES);
  private final Labels reasons = new Labels(MOST_SERVICES);
  private final DrainMeters drain = new DrainMeters(registry, services);
  private final Gauges gauges = new Gauges(registry);
  private final List<String> unreadable = new ArrayList<>();
  private final LagReader lagReader;
  private final Figures figures;
  private ScheduledExecutorService looking;
  private volatile Health health;

  public Watch(Database database, DrainSettings settings, String version) {
    this.database = database;
    this.settings = settings;
    this.lagReader = new LagReader(settings.queueDirectory(), unreadable::add);
    this.figures = new Figures(gauges, version);
  }

  /** To be told by the drain of this process. */
  public DrainObserver observer() {
    return drain;
  }

  /** Looks once, and from then on by itself until it is closed. */
  public Watch start() {
    look();
    looking =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tokenledger-watch");
              thread.setDaemon(true);
              return thread;
            });
    looking.scheduleWithFixedDelay(
        this::look, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  /** Looks now. Never throws: what cannot be seen is a finding. */
  public synchronized void look() {
    List<Finding> findings = new ArrayList<>();
    Instant now = Instant.now();
    unreadable.clear();
    LedgerFigures ledger = null;
    StoreException away = drain.failure();
    try (Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(LIMITS);
      }
      lagReader.refresh(connection);
      ledger = LedgerFigures.read(connection);
      connection.rollback();
    } catch (SQLException failure) {
      away = away == null ? database.explain(failure) : away;
    } catch (StoreException failure) {
      away = away == null ? failure : away;
    } catch (RuntimeException failure) {
      findings.add(new Finding(Finding.Code.WATCH, "The watch itself failed (" + failure + ")."));
    }
    if (away != null) {
      findings.add(new Finding(Finding.Code.POSTGRES, away.getMessage()));
    }
    try {
      QueueFigures queue =
          QueueFigures.of(
              lagReader.read(),
              QueueBytes.in(settings.queueDirectory()),
              now,
              services,
              clients,
              reasons);
      Findings.add(findings, drain.silence(), queue, ledger, settings, unreadable);
      figures.set(drain, queue, ledger, settings, away == null, findings);
    } catch (RuntimeException failure) {
      findings.add(new Finding(Finding.Code.WATCH, "The watch itself failed (" + failure + ")."));
    }
    gauges.show();
    health = new Health(now, findings);
  }

  /** How it stood at the last look, and whether there was one lately. */
  public Health health() {
    Health last = health;
    if (last == null) {
      return new Health(
          Instant.now(), List.of(new Finding(Finding.Code.WATCH, "Nothing was looked at yet.")));
    }
    List<Finding> findings = new ArrayList<>(last.findings());
    StoreException failure = drain.failure();
    if (failure != null
        && findings.stream().noneMatch(one -> one.code() == Finding.Code.POSTGRES)) {
      findings.add(new Finding(Finding.Code.POSTGRES, failure.getMessage()));
    }
    if (last.at().isBefore(Instant.now().minus(LONGEST_SILENCE))) {
      findings.add(
          new Finding(
              Finding.Code.WATCH,
              "Nothing was looked at since " + last.at() + ": take a thread dump and restart."));
    }
    return new Health(last.at(), findings);
  }

  /** Prometheus text format 0.0.4. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    if (looking != null) {
      looking.shutdownNow();
    }
    registry.close();
  }
}

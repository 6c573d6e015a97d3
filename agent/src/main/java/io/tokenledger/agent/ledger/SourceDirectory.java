package io.tokenledger.agent.ledger;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.record.QueueLayout;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * The directory of this process below {@code queue.directory}. It gets its name when it is
 * complete, so a reader never sees half of one; its lock is held until the process dies, whichever
 * way. On a full disk it is named, but made later. Thread-safe.
 */
public final class SourceDirectory {
  private static final int MAX_SERVICE_LENGTH = 64;

  /** With less than this a failure is put down to the disk: two small files and a directory. */
  private static final long FULL_BELOW_BYTES = 64 << 10;

  private static final long RETRY_NANOS = 1_000_000_000L;

  private final File base;
  private final File path;
  private final UUID sourceId;
  private final FileMode mode;
  private final String facts;
  private long triedNanos;

  /** Held, not used: closing it would release the lock. Null until the directory is there. */
  private volatile RandomAccessFile lockFile;

  private SourceDirectory(File base, File path, UUID sourceId, FileMode mode, String facts) {
    this.base = base;
    this.path = path;
    this.sourceId = sourceId;
    this.mode = mode;
    this.facts = facts;
  }

  /**
   * Makes the directory with its lock and {@code source.json}. For premain: java.io only. When the
   * disk is full {@link #isThere()} is false, and {@link #makeIfDue()} is to be asked again.
   *
   * @throws IOException if that is not possible for another reason; the message is one sentence
   *     that names the directory and what is wrong with it
   */
  public static SourceDirectory create(AgentConfig.Queue queue, SourceFacts facts)
      throws IOException {
    File base = new File(queue.directory());
    FileMode mode = new FileMode(queue.fileMode(), queue.directoryMode());
    makeBase(base, mode);
    long now = System.currentTimeMillis();
    UUID sourceId = uuidV7(now);
    File path = new File(base, name(facts.service(), now));
    SourceDirectory source =
        new SourceDirectory(base, path, sourceId, mode, json(sourceId, now, facts));
    try {
      source.make();
    } catch (IOException e) {
      if (!base.canWrite() || !source.isDiskFull()) {
        throw e;
      }
    }
    return source;
  }

  /** False as long as the disk had no room for it. */
  public boolean isThere() {
    return lockFile != null;
  }

  /**
   * Tries once more to make what could not be made, if the last time was a second ago and there is
   * room now.
   *
   * @return true if it is there
   */
  synchronized boolean makeIfDue() {
    return isThere() || System.nanoTime() - triedNanos >= RETRY_NANOS && makeNow();
  }

  /** As {@link #makeIfDue()}, however short ago it was tried. */
  synchronized boolean makeNow() {
    if (!isThere()) {
      triedNanos = System.nanoTime();
      try {
        if (!isDiskFull()) {
          make();
        }
      } catch (IOException e) {
        // what cannot be written meanwhile is counted
      }
    }
    return isThere();
  }

  public File path() {
    return path;
  }

  public UUID sourceId() {
    return sourceId;
  }

  private boolean isDiskFull() {
    return base.getUsableSpace() < FULL_BELOW_BYTES;
  }

  private synchronized void make() throws IOException {
    triedNanos = System.nanoTime();
    File unfinished = new File(base, QueueLayout.UNFINISHED_PREFIX + path.getName());
    if (!unfinished.mkdir()) {
      throw new IOException("queue.directory " + base + " cannot be written");
    }
    RandomAccessFile locked = null;
    try {
      mode.applyToDirectory(unfinished);
      locked = lock(new File(unfinished, QueueLayout.LOCK_FILE), mode);
      write(new File(unfinished, QueueLayout.SOURCE_FILE), facts, mode);
      if (!unfinished.renameTo(path)) {
        throw new IOException(unfinished + " cannot be renamed to " + path.getName());
      }
      lockFile = locked;
    } catch (IOException e) {
      discard(unfinished, locked);
      throw new IOException("queue.directory " + base + ": " + e.getMessage(), e);
    }
  }

  private static void makeBase(File base, FileMode mode) throws IOException {
    if (base.isDirectory()) {
      return;
    }
    if (base.mkdirs()) {
      mode.applyToDirectory(base);
    } else if (!base.isDirectory()) {
      throw new IOException(
          "queue.directory "
              + base
              + (base.exists() ? " is not a directory" : " does not exist and cannot be made"));
    }
  }

  private static RandomAccessFile lock(File path, FileMode mode) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path, "rw");
    try {
      mode.applyToFile(path);
      FileLock lock = file.getChannel().tryLock();
      if (lock == null) {
        throw new IOException(path + " is locked by another process");
      }
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static void write(File path, String text, FileMode mode) throws IOException {
    try (FileOutputStream out = new FileOutputStream(path)) {
      mode.applyToFile(path);
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String json(UUID sourceId, long now, SourceFacts facts) {
    JsonText json =
        new JsonText()
            .field("format", 1)
            .field("source_id", sourceId.toString())
            .field("service", facts.service())
            .field("environment", facts.environment())
            .field("host", HostFacts.hostName())
            .field("pid", HostFacts.pid())
            .field("started_at", UtcText.iso(now))
            .field("agent_version", facts.agentVersion())
            .field("java_version", System.getProperty("java.version"))
            .field("config_digest", facts.configDigest())
            .object("clients");
    for (Map.Entry<String, String> client : facts.clients().entrySet()) {
      json.field(client.getKey(), client.getValue());
    }
    return json.end().finish();
  }

  /** {@code <service>-<yyyyMMddTHHmmssZ>-<8 hex>}. */
  private static String name(String service, long now) {
    StringBuilder name = new StringBuilder();
    int length = Math.min(service.length(), MAX_SERVICE_LENGTH);
    for (int i = 0; i < length; i++) {
      char c = service.charAt(i);
      boolean plain =
          c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || c >= '0' && c <= '9'
              || "._-".indexOf(c) >= 0;
      name.append(plain ? c : '_');
    }
    int random = ByteBuffer.wrap(HostFacts.randomBytes(4)).getInt();
    String hex = Integer.toHexString(random);
    name.append('-').append(UtcText.compact(now)).append('-');
    return name.append("00000000", hex.length(), 8).append(hex).toString();
  }

  /** RFC 9562, version 7: 48 bits of milliseconds, the rest random. */
  private static UUID uuidV7(long millis) {
    ByteBuffer random = ByteBuffer.wrap(HostFacts.randomBytes(16));
    long high = millis << 16 | 0x7000 | random.getLong() & 0x0FFF;
    long low = random.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  private static void discard(File unfinished, RandomAccessFile lockFile) throws IOException {
    if (lockFile != null) {
      lockFile.close();
    }
    new File(unfinished, QueueLayout.SOURCE_FILE).delete();
    new File(unfinished, QueueLayout.LOCK_FILE).delete();
    unfinished.delete();
  }
}

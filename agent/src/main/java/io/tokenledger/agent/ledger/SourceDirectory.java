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
 * way.
 */
public final class SourceDirectory {
  private static final int MAX_SERVICE_LENGTH = 64;

  private final File path;
  private final UUID sourceId;

  /** Held, not used: closing either would release the lock. */
  @SuppressWarnings("unused")
  private final RandomAccessFile lockFile;

  private SourceDirectory(File path, UUID sourceId, RandomAccessFile lockFile) {
    this.path = path;
    this.sourceId = sourceId;
    this.lockFile = lockFile;
  }

  /**
   * Makes the directory with its lock and {@code source.json}. For premain: java.io only.
   *
   * @throws IOException if that is not possible; the message is one sentence that names the
   *     directory and what is wrong with it
   */
  public static SourceDirectory create(AgentConfig.Queue queue, SourceFacts facts)
      throws IOException {
    File base = new File(queue.directory());
    FileMode mode = new FileMode(queue.fileMode(), queue.directoryMode());
    makeBase(base, mode);
    long now = System.currentTimeMillis();
    UUID sourceId = uuidV7(now);
    String name = name(facts.service(), now);
    File unfinished = new File(base, QueueLayout.UNFINISHED_PREFIX + name);
    if (!unfinished.mkdir()) {
      throw new IOException("queue.directory " + base + " cannot be written");
    }
    RandomAccessFile lockFile = null;
    try {
      mode.applyToDirectory(unfinished);
      lockFile = lock(new File(unfinished, QueueLayout.LOCK_FILE), mode);
      write(new File(unfinished, QueueLayout.SOURCE_FILE), json(sourceId, now, facts), mode);
      File path = new File(base, name);
      if (!unfinished.renameTo(path)) {
        throw new IOException(unfinished + " cannot be renamed to " + name);
      }
      return new SourceDirectory(path, sourceId, lockFile);
    } catch (IOException e) {
      discard(unfinished, lockFile);
      throw new IOException("queue.directory " + base + ": " + e.getMessage(), e);
    }
  }

  public File path() {
    return path;
  }

  public UUID sourceId() {
    return sourceId;
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

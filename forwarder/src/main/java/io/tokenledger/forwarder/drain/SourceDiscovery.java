package io.tokenledger.forwarder.drain;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.store.SourceDescription;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Finds the sources below the queue directory. A source is known by the {@code source_id} in its
 * {@code source.json}, never by its directory's name, so a copy or a renamed directory is the same
 * source. Not thread-safe.
 */
final class SourceDiscovery {
  /** Of bytes; an agent's has less than a thousandth. */
  private static final int MAX_DESCRIPTION = 1 << 20;

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final Path base;
  private final Consumer<String> notices;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Path, Known> known = new TreeMap<>();

  /**
   * A description, and what tells whether it is that of the directory still: who it is, for names
   * can be given to others, and when a file was made in it last, for its number can be, too.
   */
  private record Known(Object fileKey, FileTime changed, SourceDescription description) {
    boolean holds(BasicFileAttributes now) {
      return isOf(now) && changed.equals(now.lastModifiedTime());
    }

    boolean isOf(BasicFileAttributes now) {
      return Objects.equals(fileKey, now.fileKey());
    }
  }

  SourceDiscovery(Path base, Consumer<String> notices) {
    this.base = base;
    this.notices = notices;
  }

  /** The sources that are there now, in the order of their ids; one directory for each. */
  Collection<SourceDirectory> scan() {
    return scan(directory -> false);
  }

  /**
   * As above, and of several directories of one source, for copies may hold more or less of it, one
   * that is not finished yet.
   */
  Collection<SourceDirectory> scan(Predicate<SourceDirectory> finished) {
    List<SourceDirectory> found = new ArrayList<>();
    try {
      Set<Path> there = new HashSet<>();
      for (String name :
          FileNames.list(base, name -> !name.startsWith(QueueLayout.UNFINISHED_PREFIX))) {
        Path path = base.resolve(name);
        SourceDescription source = describe(path);
        if (source != null) {
          there.add(path);
          found.add(new SourceDirectory(path, source));
        }
      }
      known.keySet().retainAll(there);
    } catch (NoSuchFileException missing) {
      notices.accept(
          "Queue directory "
              + base
              + " does not exist: correct queue.directory, or start an"
              + " application with the agent.");
    } catch (AccessDeniedException denied) {
      notices.accept(
          "Queue directory "
              + base
              + " may not be read by this user: run as the applications' user"
              + " or set queue.file_mode to 0660.");
    } catch (IOException failure) {
      notices.accept("Queue directory " + base + " cannot be listed (" + failure + ").");
    }
    return oneEach(found, finished);
  }

  /**
   * The one of the live process, else one that is not finished, else the last by name. A live one
   * is not passed over: it holds what the others do and more.
   */
  private static Collection<SourceDirectory> oneEach(
      List<SourceDirectory> found, Predicate<SourceDirectory> finished) {
    found.sort(Comparator.comparing(SourceDirectory::path));
    Map<UUID, SourceDirectory> bySource = new TreeMap<>();
    for (SourceDirectory directory : found) {
      bySource.merge(
          directory.source().sourceId(), directory, (one, other) -> better(one, other, finished));
    }
    return bySource.values();
  }

  private static SourceDirectory better(
      SourceDirectory first, SourceDirectory second, Predicate<SourceDirectory> finished) {
    if (first.isLive() != second.isLive()) {
      return first.isLive() ? first : second;
    }
    return finished.test(second) && !finished.test(first) ? first : second;
  }

  /** Whether the last scan found that source in that directory. */
  boolean isAt(Path directory, UUID sourceId) {
    Known there = known.get(directory);
    return there != null && there.description().sourceId().equals(sourceId);
  }

  /** Null where there is no directory, or its file is no description. */
  private SourceDescription describe(Path directory) {
    Known before = known.get(directory);
    BasicFileAttributes now;
    try {
      now = Files.readAttributes(directory, BasicFileAttributes.class);
    } catch (IOException gone) {
      return null;
    }
    if (!now.isDirectory()) {
      return null;
    }
    if (before != null && before.holds(now)) {
      return before.description();
    }
    SourceDescription description = read(directory.resolve(QueueLayout.SOURCE_FILE));
    if (description == null && before != null && before.isOf(now)) {
      return before.description(); // what became of the file says nothing of the records
    }
    if (description != null) {
      known.put(directory, new Known(now.fileKey(), now.lastModifiedTime(), description));
    }
    return description;
  }

  /** Null where there is no such file, or it is no description. */
  private SourceDescription read(Path file) {
    try {
      if (Files.size(file) > MAX_DESCRIPTION) {
        throw new IllegalArgumentException("more than " + MAX_DESCRIPTION + " bytes");
      }
      return parse(Files.readString(file));
    } catch (NoSuchFileException notASource) {
      return null;
    } catch (JacksonException | IllegalArgumentException | DateTimeException corrupt) {
      String why =
          corrupt instanceof JacksonException parse
              ? parse.getOriginalMessage()
              : corrupt.getMessage();
      notices.accept(
          file
              + " is not a source description ("
              + why
              + "): its records stay on disk; restore the"
              + " file from the agent's log or a backup, or move the directory away.");
    } catch (IOException unreadable) {
      notices.accept(
          file
              + " cannot be read ("
              + unreadable
              + "): run as the application's user or set"
              + " queue.file_mode to 0660; its records stay on disk.");
    }
    return null;
  }

  /** What Postgres cannot store is left out: one odd description must not hold up all sources. */
  private SourceDescription parse(String text) throws JacksonException {
    JsonNode node = json.readTree(text.replace("\\u0000", "\\ufffd"));
    String id = text(node, "source_id");
    if (id == null) {
      throw new IllegalArgumentException("no source_id");
    }
    String start = text(node, "started_at");
    JsonNode clients = node.get("clients");
    return new SourceDescription(
        UUID.fromString(id),
        text(node, "service"),
        text(node, "environment"),
        text(node, "host"),
        node.path("pid").canConvertToLong() ? Long.valueOf(node.get("pid").asLong()) : null,
        start == null ? null : storable(Instant.parse(start)),
        text(node, "agent_version"),
        text(node, "java_version"),
        text(node, "config_digest"),
        clients == null || clients.isNull() ? null : storable(clients.toString()),
        storable(node.toString()));
  }

  private static Instant storable(Instant start) {
    return start.isBefore(EARLIEST) || start.isAfter(LATEST) ? null : start;
  }

  /** Without the halves of characters, which UTF-8 does not know. */
  private static String storable(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : storable(value.asText());
  }
}

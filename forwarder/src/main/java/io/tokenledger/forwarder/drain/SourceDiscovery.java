package io.tokenledger.forwarder.drain;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.forwarder.store.SourceDescription;
import io.tokenledger.record.QueueLayout;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
  private final Path base;
  private final Consumer<String> notices;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<Path, SourceDescription> known = new TreeMap<>();

  SourceDiscovery(Path base, Consumer<String> notices) {
    this.base = base;
    this.notices = notices;
  }

  /** The sources that are there now, in the order of their ids; one directory for each. */
  Collection<SourceDirectory> scan() {
    return scan(path -> false);
  }

  /**
   * As above, and of several directories of one source, for copies may hold more or less of it, one
   * that is not finished yet.
   */
  Collection<SourceDirectory> scan(Predicate<Path> finished) {
    List<SourceDirectory> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(base, Files::isDirectory)) {
      for (Path path : entries) {
        if (!path.getFileName().toString().startsWith(QueueLayout.UNFINISHED_PREFIX)) {
          SourceDescription source = describe(path);
          if (source != null) {
            found.add(new SourceDirectory(path, source));
          }
        }
      }
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
      List<SourceDirectory> found, Predicate<Path> finished) {
    found.sort(Comparator.comparing(SourceDirectory::path));
    Map<UUID, SourceDirectory> bySource = new TreeMap<>();
    for (SourceDirectory directory : found) {
      bySource.merge(
          directory.source().sourceId(), directory, (one, other) -> better(one, other, finished));
    }
    return bySource.values();
  }

  private static SourceDirectory better(
      SourceDirectory first, SourceDirectory second, Predicate<Path> finished) {
    if (first.isLive() != second.isLive()) {
      return first.isLive() ? first : second;
    }
    return finished.test(second.path()) && !finished.test(first.path()) ? first : second;
  }

  /** Null where the file is no description; written once, so a good one is read once. */
  private SourceDescription describe(Path directory) {
    SourceDescription description = known.get(directory);
    if (description != null) {
      return description;
    }
    Path file = directory.resolve(QueueLayout.SOURCE_FILE);
    try {
      description = parse(Files.readString(file));
      known.put(directory, description);
      return description;
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

  private SourceDescription parse(String text) throws JacksonException {
    JsonNode node = json.readTree(text);
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
        start == null ? null : Instant.parse(start),
        text(node, "agent_version"),
        text(node, "java_version"),
        text(node, "config_digest"),
        clients == null || clients.isNull() ? null : clients.toString(),
        node.toString());
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }
}

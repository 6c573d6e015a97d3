package io.tokenledger.it.start;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import org.slf4j.LoggerFactory;

/**
 * An application with its own Jackson, SLF4J and Chronicle Queue: makes one call, and prints what
 * it got of them. Arguments: address, file of class names to look for, directory of its own queue
 * or {@code -}.
 */
public final class IsolationMain {
  private IsolationMain() {}

  public static void main(String[] args) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(args[0]))
            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4o-mini\"}"))
            .build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

    ObjectMapper mapper = new ObjectMapper();
    System.out.println("id " + mapper.readTree(response.body()).get("id").asText());
    System.out.println("jackson " + mapper.version() + " of " + jarOf(ObjectMapper.class));
    LoggerFactory.getLogger(IsolationMain.class).info("from the application");
    System.out.println("slf4j of " + jarOf(LoggerFactory.class));
    System.out.println("chronicle of " + jarOf(ChronicleQueue.class));
    if (!args[2].equals("-")) {
      System.out.println("chronicle " + appendAndRead(args[2]));
    }
    System.out.println("visible " + visible(Files.readAllLines(Path.of(args[1]))));
  }

  private static String appendAndRead(String directory) throws ReflectiveOperationException {
    try (ChronicleQueue queue = ChronicleQueue.singleBuilder(directory).build()) {
      // Compiled against a release that has no such method any more.
      ExcerptAppender appender =
          (ExcerptAppender) ChronicleQueue.class.getMethod("acquireAppender").invoke(queue);
      appender.writeText("of the application");
      return queue.createTailer().readText();
    }
  }

  private static List<String> visible(List<String> classNames) {
    List<String> visible = new ArrayList<>();
    for (String name : classNames) {
      try {
        visible.add(Class.forName(name, false, IsolationMain.class.getClassLoader()).getName());
      } catch (ClassNotFoundException | NoClassDefFoundError hidden) {
        // as it should be
      }
    }
    return visible;
  }

  private static String jarOf(Class<?> type) {
    String path = type.getProtectionDomain().getCodeSource().getLocation().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Puts the files of a zip into one, with an index that takes no time to read: the JVM looks at each
 * entry of an agent's jar when it opens it, which costs 2,000 classes about 10 ms of every start.
 * Run by the build as a source file; {@code AgentClassLoader.Pack} reads the result.
 *
 * <pre>
 *   int number of files
 *   for each, by ascending hash:  int hash of its name, int offset in the pack, int length
 *   for each, at its offset:      its name in ISO 8859-1, its bytes
 * </pre>
 */
final class PackWriter {
  private record Row(int hash, String name, byte[] bytes) {}

  /** Arguments: the zip, and the pack to write. */
  public static void main(String[] args) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (ZipFile zip = new ZipFile(args[0])) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.isDirectory()) {
          byte[] bytes = zip.getInputStream(entry).readAllBytes();
          rows.add(new Row(entry.getName().hashCode(), entry.getName(), bytes));
        }
      }
    }
    rows.sort(Comparator.comparingInt(Row::hash));
    for (int i = 1; i < rows.size(); i++) {
      if (rows.get(i - 1).hash() == rows.get(i).hash()) {
        throw new IOException(
            "same hash, rename one: " + rows.get(i - 1).name() + " and " + rows.get(i).name());
      }
    }
    try (OutputStream file = Files.newOutputStream(Path.of(args[1]));
        DataOutputStream out = new DataOutputStream(file)) {
      writePack(rows, out);
    }
  }

  private static void writePack(List<Row> rows, DataOutputStream out) throws IOException {
    out.writeInt(rows.size());
    int offset = 4 + 12 * rows.size();
    for (Row row : rows) {
      out.writeInt(row.hash());
      out.writeInt(offset);
      out.writeInt(row.bytes().length);
      offset += row.name().length() + row.bytes().length;
    }
    for (Row row : rows) {
      out.write(row.name().getBytes(StandardCharsets.ISO_8859_1));
      out.write(row.bytes());
    }
  }
}

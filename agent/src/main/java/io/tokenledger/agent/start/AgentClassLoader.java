package io.tokenledger.agent.start;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Loads the agent and its third-party classes, out of everybody's sight.
 *
 * <pre>
 *   boot loader       java.lang.TokenLedgerBridge  &lt;---- rewritten client classes call it
 *        |
 *   platform loader -------------------------.
 *        |                                   |
 *   system loader: AgentMain, application    AgentClassLoader: inst.pack of the agent's jar
 *                                            |
 *                                            '- one TapClassLoader for each copy of a client
 * </pre>
 *
 * <p>Child first for what the pack holds, so that nothing an application put on the platform or
 * boot path replaces a class of ours; no other loader can take one from the jar. Classes of
 * packages that end in {@code .tee} are not defined here ({@code rewrite.Tees} says why), but their
 * bytes are resources like any other.
 */
public final class AgentClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String STARTER = "io.tokenledger.agent.start.AgentStarter";

  private final Pack pack;
  private final ProtectionDomain domain;

  private AgentClassLoader(Pack pack) {
    super("tokenledger", getPlatformClassLoader());
    this.pack = pack;
    this.domain = AgentClassLoader.class.getProtectionDomain();
  }

  /**
   * Called by {@code AgentMain}, once: makes the loader and starts the agent in it. Of the very
   * shape of {@code premain}, since JDK 18 and later make classes for each new shape of a
   * reflective call, a dozen for a constructor.
   *
   * @param configFile path of the configuration, or null
   */
  public static void start(String configFile, Instrumentation instrumentation) throws Throwable {
    URL jar = AgentClassLoader.class.getProtectionDomain().getCodeSource().getLocation();
    try {
      new AgentClassLoader(new Pack(new ZipFile(new File(jar.toURI()))))
          .loadClass(STARTER)
          .getMethod("start", String.class, Instrumentation.class)
          .invoke(null, configFile, instrumentation);
    } catch (InvocationTargetException failed) {
      throw failed.getCause();
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("io.tokenledger.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = pack.file(name.replace('.', '/').concat(".class"));
    if (bytes == null || name.contains(".tee.")) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length, domain);
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    byte[] bytes = pack.file(name);
    return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  /**
   * A protocol of our own: an application that replaces or closes the JVM's cached {@code jar:}
   * connections does not reach it.
   */
  @Override
  protected URL findResource(String name) {
    byte[] bytes = pack.file(name);
    try {
      return bytes == null ? null : new URL(null, "tokenledger:/" + name, new FileHandler(bytes));
    } catch (MalformedURLException refused) {
      return null;
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL own = findResource(name);
    return own == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singleton(own));
  }

  private static final class FileHandler extends URLStreamHandler {
    private final byte[] bytes;

    FileHandler(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {
          connected = true;
        }

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(bytes);
        }
      };
    }
  }

  /**
   * The files of {@code inst.pack}, a stored entry of the agent's jar. Its format is described by
   * the build's {@code PackWriter}. Open for the life of the JVM; thread-safe.
   */
  private static final class Pack {
    private static final String ENTRY = "inst.pack";
    private static final int ROW = 3 * Integer.BYTES;

    private final ZipFile jar;
    private final ZipEntry entry;
    private final ByteBuffer rows;

    Pack(ZipFile jar) throws IOException {
      this.jar = jar;
      this.entry = jar.getEntry(ENTRY);
      if (entry == null) {
        throw new IOException("the agent's jar has no " + ENTRY);
      }
      int count = ByteBuffer.wrap(read(0, Integer.BYTES)).getInt();
      this.rows = ByteBuffer.wrap(read(Integer.BYTES, count * ROW));
    }

    /** The bytes of a file; null where there is none or the jar cannot be read any more. */
    byte[] file(String name) {
      int hash = name.hashCode();
      int low = 0;
      int high = rows.limit() / ROW - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int at = middle * ROW;
        int found = rows.getInt(at);
        if (found == hash) {
          return fileAt(name, at);
        }
        if (found < hash) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return null;
    }

    private byte[] fileAt(String name, int row) {
      try {
        byte[] bytes = read(rows.getInt(row + 4), name.length() + rows.getInt(row + 8));
        String found = new String(bytes, 0, name.length(), StandardCharsets.ISO_8859_1);
        return found.equals(name) ? Arrays.copyOfRange(bytes, name.length(), bytes.length) : null;
      } catch (IOException unreadable) {
        return null;
      }
    }

    /** Of a stored entry skipping is free. */
    private byte[] read(int offset, int length) throws IOException {
      try (InputStream in = jar.getInputStream(entry)) {
        in.skipNBytes(offset);
        return in.readNBytes(length);
      }
    }
  }
}

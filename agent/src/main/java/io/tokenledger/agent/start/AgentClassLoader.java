package io.tokenledger.agent.start;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.security.ProtectionDomain;
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
 *   system loader: AgentMain, application    AgentClassLoader: inst/**.classdata of the agent's jar
 *                                            |
 *                                            '- one TapClassLoader for each copy of a client
 * </pre>
 *
 * <p>Child first for what the jar holds, so that nothing an application put on the platform or boot
 * path replaces a class of ours; the entries are no {@code .class} files, so no other loader takes
 * one from the jar. Classes of packages that end in {@code .tee} are not defined here ({@code
 * rewrite.Tees} says why), but their bytes are resources like any other.
 */
public final class AgentClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String ROOT = "inst/";

  private final ZipFile jar;
  private final ProtectionDomain domain;

  /**
   * @param jar the agent's jar, open for the life of the JVM
   * @param platform the platform loader
   */
  public AgentClassLoader(ZipFile jar, ClassLoader platform) {
    super("tokenledger", platform);
    this.jar = jar;
    this.domain = AgentClassLoader.class.getProtectionDomain();
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
    ZipEntry entry = jar.getEntry(ROOT + name.replace('.', '/') + ".classdata");
    if (entry == null || name.contains(".tee.")) {
      throw new ClassNotFoundException(name);
    }
    byte[] bytes;
    try {
      bytes = read(entry);
    } catch (IOException unreadable) {
      throw new ClassNotFoundException(name, unreadable);
    }
    return defineClass(name, bytes, 0, bytes.length, domain);
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    ZipEntry entry = entry(name);
    if (entry == null) {
      return super.getResourceAsStream(name);
    }
    try {
      return new ByteArrayInputStream(read(entry));
    } catch (IOException unreadable) {
      return null;
    }
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  @Override
  protected URL findResource(String name) {
    ZipEntry entry = entry(name);
    return entry == null ? null : url(entry);
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL own = findResource(name);
    return own == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singleton(own));
  }

  private ZipEntry entry(String resource) {
    String name =
        resource.endsWith(".class")
            ? resource.substring(0, resource.length() - ".class".length()) + ".classdata"
            : resource;
    return jar.getEntry(ROOT + name);
  }

  private byte[] read(ZipEntry entry) throws IOException {
    byte[] bytes = new byte[(int) entry.getSize()];
    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
      in.readFully(bytes);
    }
    return bytes;
  }

  /**
   * A protocol of our own: an application that replaces or closes the JVM's cached {@code jar:}
   * connections does not reach it.
   */
  private URL url(ZipEntry entry) {
    try {
      return new URL(null, "tokenledger:/" + entry.getName(), new EntryHandler(entry));
    } catch (MalformedURLException refused) {
      return null;
    }
  }

  private final class EntryHandler extends URLStreamHandler {
    private final ZipEntry entry;

    EntryHandler(ZipEntry entry) {
      this.entry = entry;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {
          connected = true;
        }

        @Override
        public InputStream getInputStream() throws IOException {
          return new ByteArrayInputStream(read(entry));
        }
      };
    }
  }
}

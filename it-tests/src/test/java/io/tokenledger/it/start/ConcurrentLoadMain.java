package io.tokenledger.it.start;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Loads the classes of all clients for the first time, on many threads at once, each in another
 * order and from a loader of its own that locks itself as a whole. Arguments: a folder of jars,
 * then the classes. Prints how many were loaded.
 */
public final class ConcurrentLoadMain {
  private static final int THREADS = 8;

  private ConcurrentLoadMain() {}

  public static void main(String[] args) throws Exception {
    List<URL> jars = new ArrayList<>();
    for (File jar : new File(args[0]).listFiles()) {
      jars.add(jar.toURI().toURL());
    }
    List<String> names = List.of(args).subList(1, args.length);
    CountDownLatch start = new CountDownLatch(1);
    List<Loading> loadings = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      List<String> order = new ArrayList<>(names);
      Collections.rotate(order, i);
      loadings.add(new Loading(jars.toArray(URL[]::new), order, start));
    }
    loadings.forEach(Thread::start);
    start.countDown();
    int loaded = 0;
    for (Loading loading : loadings) {
      loading.join();
      loaded += loading.loaded;
    }
    System.out.println("loaded " + loaded);
  }

  private static final class Loading extends Thread {
    private final ClassLoader loader;
    private final List<String> names;
    private final CountDownLatch start;
    private int loaded;

    Loading(URL[] jars, List<String> names, CountDownLatch start) {
      this.loader = new WholeLock(jars);
      this.names = names;
      this.start = start;
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        start.await();
        names.forEach(this::load);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void load(String name) {
      try {
        Class.forName(name, false, loader);
        loaded++;
      } catch (ClassNotFoundException ofAnotherVersion) {
        // each version of a client has some of the classes
      }
    }
  }

  /** Not registered as parallel capable: one lock for the whole loader. */
  private static final class WholeLock extends URLClassLoader {
    WholeLock(URL[] jars) {
      super(jars, ClassLoader.getPlatformClassLoader());
    }
  }
}

// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0

package grantd.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread with one selector: what is ready, then the tasks of other threads, then the timers, then what the turn left to
 * be done last (writing, so that the requests of a turn go out together).
 *
 * <p>Everything of a channel's connections happens on it, so nothing of them is locked.
 */
final class EventLoop {
    private static final System.Logger LOGGER = System.getLogger("grantd.client");
    private static final int TASKS_IN_A_TURN = 1024;
    private static final int READ_BUFFER_BYTES = 256 * 1024;

    /** Attached to a selection key: what is told when the key is ready. */
    interface Ready {
        void ready(SelectionKey key);
    }

    /** A task for a later moment. */
    static final class Timer implements Comparable<Timer> {
        private final long at;
        private final long sequence;
        private final Runnable task;

        private Timer(long at, long sequence, Runnable task) {
            this.at = at;
            this.sequence = sequence;
            this.task = task;
        }

        @Override
        public int compareTo(Timer other) {
            int order = Long.signum(at - other.at);
            return order != 0 ? order : Long.signum(sequence - other.sequence);
        }
    }

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isSleeping = new AtomicBoolean();
    private final TreeSet<Timer> timers = new TreeSet<>();
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
    private List<Runnable> last = new ArrayList<>();
    private List<Runnable> spare = new ArrayList<>();
    private long timersMade;
    private boolean isStopping;
    private volatile boolean hasEnded;

    EventLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether the caller is the loop's own thread. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Runs a task on the loop, soon; from any thread. False, and the task never runs, where the loop has ended. */
    boolean execute(Runnable task) {
        if (hasEnded) {
            return false;
        }
        tasks.add(task);
        if (isSleeping.get() && isSleeping.compareAndSet(true, false)) {
            selector.wakeup();
        }
        // Where the loop ended meanwhile, whoever takes the task out of the queue is the one to deal with it.
        return !(hasEnded && tasks.remove(task));
    }

    /** Waits until the loop has ended; from any thread but its own. */
    void join() {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException error) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // On the loop only, from here.

    Selector selector() {
        return selector;
    }

    /** A buffer for reading, empty, that the whole loop shares: its content does not outlive the call that filled it. */
    ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /** Runs a task at a moment of {@link System#nanoTime()}. */
    Timer schedule(long at, Runnable task) {
        Timer timer = new Timer(at, timersMade++, task);
        timers.add(timer);
        return timer;
    }

    void cancel(Timer timer) {
        if (timer != null) {
            timers.remove(timer);
        }
    }

    /** Runs a task at the end of this turn. */
    void lastly(Runnable task) {
        last.add(task);
    }

    /** Ends the loop after this turn; tasks that were given to it before still run. */
    void stop() {
        isStopping = true;
    }

    private void run() {
        while (!isStopping) {
            try {
                turn();
            } catch (IOException error) {
                LOGGER.log(System.Logger.Level.ERROR, "the selector failed", error);
                pauseAfterFailure();
            }
        }
        hasEnded = true;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            guarded(task);
        }
        try {
            selector.close();
        } catch (IOException error) {
            LOGGER.log(System.Logger.Level.DEBUG, "the selector did not close", error);
        }
    }

    private void turn() throws IOException {
        isSleeping.set(true);
        long wait = timers.isEmpty() ? Long.MAX_VALUE : timers.first().at - System.nanoTime();
        if (!tasks.isEmpty() || wait <= 0) {
            isSleeping.set(false);
            selector.selectNow(EventLoop::dispatch);
        } else if (wait == Long.MAX_VALUE) {
            selector.select(EventLoop::dispatch);
        } else {
            selector.select(EventLoop::dispatch, (wait + 999_999) / 1_000_000);
        }
        isSleeping.set(false);
        for (int count = 0; count < TASKS_IN_A_TURN; count++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            guarded(task);
        }
        if (!timers.isEmpty()) {
            long now = System.nanoTime();
            while (!timers.isEmpty() && timers.first().at - now <= 0) {
                guarded(timers.pollFirst().task);
            }
        }
        while (!last.isEmpty()) {
            List<Runnable> ending = last;
            last = spare;
            spare = ending;
            ending.forEach(EventLoop::guarded);
            ending.clear();
        }
    }

    private static void dispatch(SelectionKey key) {
        guarded(() -> ((Ready) key.attachment()).ready(key));
    }

    /** Nothing that one task throws may end the others. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error error) {
            LOGGER.log(System.Logger.Level.ERROR, "a task of the channel failed", error);
        }
    }

    private static void pauseAfterFailure() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException error) {
            LOGGER.log(System.Logger.Level.DEBUG, "the loop's thread was interrupted", error);
        }
    }
}

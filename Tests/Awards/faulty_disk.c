//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// A disk for a whole daemon, put before it with LD_PRELOAD: its power can be cut, it can run full, turn read-only, and fail.
//
// It stands between the program and the files below FAULTY_DISK_ROOT, and keeps in FAULTY_DISK_IMAGE what a disk would hold for
// certain: the bytes of a file up to its last sync, under the names that its folder had at *its* last sync. A file N there has the
// bytes of the N-th file; the file `names` says "N PATH", a line for each. After FAULTY_DISK_OPERATIONS writes, truncations, syncs
// and changes of names the power is cut: the program is killed amid the operation, and what was not synced is lost; with
// FAULTY_DISK_TEARS=SEED chance decides of each sector, and of the names, whether they had reached the disk.
//
// In the folder FAULTY_DISK_TROUBLE a file `full` lets no file grow, `read-only` lets nothing be written, `failing` lets every sync
// fail, for as long as it is there, and `cut` cuts the power at the next operation. What a sync that fails was to put on the disk
// is never put there by a later one, though it can be read: so does Linux.
//
// What SQLite shares between processes in memory (`-shm`) is made anew after a cut, and is not kept.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, MOST_DESCRIPTORS = 65536 };

// A write or, without bytes, a truncation that has not been synced.
struct change {
    struct change *next;
    uint64_t number;
    off64_t offset;
    size_t count;
    unsigned char *bytes;
};

struct file {
    int number, image;
    struct change *first, **last;
};

// A name, and which file it has: for the program, and on the disk.
struct name {
    struct name *next;
    char *path;
    struct file *now, *kept;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], image[PATH_MAX], trouble[PATH_MAX];
static struct name *names;
static struct file *files[MOST_DESCRIPTORS];
static char *folders[MOST_DESCRIPTORS];
static int file_count, is_on, is_tearing;
static uint64_t changes, chance;
static long operations, cut_at = LONG_MAX;

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_truncate)(int, off64_t);
static int (*real_sync)(int), (*real_datasync)(int);
static int (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static int (*real_control)(int, int, ...);

static void fail(const char *what) {
    perror(what);
    _exit(70);
}

static int flip(void) {
    uint64_t z = (chance += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) & 1;
}

// MARK: - What the disk holds

static void put(const struct file *file, off64_t offset, const unsigned char *bytes, size_t count) {
    while (count > 0) {
        ssize_t done = real_pwrite(file->image, bytes, count, offset);
        if (done <= 0) fail("the image of the disk");
        offset += done;
        bytes += done;
        count -= (size_t)done;
    }
}

// Of each sector it is open whether it is there. Sectors are those of the file, not of the write.
static void tear(const struct file *file, const struct change *change) {
    for (size_t from = 0; from < change->count;) {
        size_t to = from + SECTOR - (size_t)(change->offset + (off64_t)from) % SECTOR;
        if (to > change->count) to = change->count;
        if (flip()) put(file, change->offset + (off64_t)from, change->bytes + from, to - from);
        from = to;
    }
}

// Puts what was changed up to some change on the disk, or lets go of it.
static void settle(struct file *file, uint64_t last, int is_kept) {
    while (file->first && file->first->number <= last) {
        struct change *change = file->first;
        if (!is_kept) {
            // Nothing of it is there.
        } else if (change->bytes) {
            put(file, change->offset, change->bytes, change->count);
        } else if (real_truncate(file->image, change->offset) != 0) {
            fail("the image of the disk");
        }
        file->first = change->next;
        if (!file->first) file->last = &file->first;
        free(change->bytes);
        free(change);
    }
}

static void remember(struct file *file, off64_t offset, const void *bytes, size_t count) {
    struct change *change = calloc(1, sizeof *change);
    if (!change) fail("a change");
    *change = (struct change){.number = ++changes, .offset = offset, .count = count};
    if (bytes) {
        change->bytes = malloc(count + 1);
        if (!change->bytes) fail("a change");
        memcpy(change->bytes, bytes, count);
    }
    *file->last = change;
    file->last = &change->next;
}

static void write_names(void) {
    char path[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s/names", image);
    FILE *list = fopen(path, "w");
    if (!list) fail(path);
    for (struct name *name = names; name; name = name->next) {
        if (name->kept) fprintf(list, "%d %s\n", name->kept->number, name->path + strlen(root) + 1);
    }
    if (fclose(list) != 0) fail(path);
}

// Puts the names of a folder, or of all, on the disk.
static void settle_names(const char *folder) {
    for (struct name *name = names; name; name = name->next) {
        size_t length = folder ? strlen(folder) : 0;
        int is_there = !folder || (strncmp(name->path, folder, length) == 0 && name->path[length] == '/'
                                   && !strchr(name->path + length + 1, '/'));
        if (is_there) name->kept = name->now;
    }
    write_names();
}

static void cut(void) {
    if (is_tearing) {
        if (flip()) settle_names(NULL);
        for (struct name *name = names; name; name = name->next) {
            struct file *file = name->kept;
            for (struct change *change = file ? file->first : NULL; change; change = change->next) {
                if (change->bytes) {
                    tear(file, change);
                } else if (flip() && real_truncate(file->image, change->offset) != 0) {
                    fail("the image of the disk");
                }
            }
        }
    }
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static int is_troubled(const char *how) {
    char path[PATH_MAX + 16];
    if (!trouble[0]) return 0;
    snprintf(path, sizeof path, "%s/%s", trouble, how);
    return access(path, F_OK) == 0;
}

// Counts an operation. Called with the lock.
static void operate(void) {
    if (++operations >= cut_at || is_troubled("cut")) cut();
}

// MARK: - Names

// A path as the names have it; nothing where it is not on this disk.
static const char *place(const char *path, char to[PATH_MAX]) {
    if (!is_on || !path) return NULL;
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    char real[PATH_MAX];
    if (!realpath(folder[0] ? folder : "/", real)) return NULL;
    size_t length = strlen(root);
    if (strncmp(real, root, length) != 0 || (real[length] && real[length] != '/')) return NULL;
    const char *last = slash ? slash + 1 : path;
    size_t count = strlen(last);
    if (count > 4 && strcmp(last + count - 4, "-shm") == 0) return NULL;
    if (strlen(real) + 1 + count >= PATH_MAX) return NULL;
    strcpy(to, real);
    strcat(to, "/");
    return strcat(to, last);
}

static struct name *named(const char *path) {
    for (struct name *name = names; name; name = name->next) {
        if (strcmp(name->path, path) == 0) return name;
    }
    struct name *name = calloc(1, sizeof *name);
    if (!name || !(name->path = strdup(path))) fail("a name");
    name->next = names;
    return names = name;
}

static struct file *make_file(void) {
    struct file *file = calloc(1, sizeof *file);
    char path[PATH_MAX + 16];
    if (!file) fail("a file");
    file->number = ++file_count;
    file->last = &file->first;
    snprintf(path, sizeof path, "%s/%d", image, file->number);
    file->image = real_open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file->image < 0) fail(path);
    return file;
}

// What is there when the program starts stands on the disk.
static void take_over(const char *folder) {
    DIR *entries = opendir(folder);
    if (!entries) fail(folder);
    for (struct dirent *entry; (entry = readdir(entries));) {
        char path[PATH_MAX], to[PATH_MAX];
        struct stat64 status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path) continue;
        if (stat64(path, &status) != 0) continue;
        if (S_ISDIR(status.st_mode)) take_over(path);
        if (!S_ISREG(status.st_mode) || !place(path, to)) continue;
        struct name *name = named(to);
        name->now = name->kept = make_file();
        int from = real_open(path, O_RDONLY | O_CLOEXEC);
        static unsigned char bytes[1 << 20];
        off64_t offset = 0;
        for (ssize_t count; from >= 0 && (count = read(from, bytes, sizeof bytes)) > 0; offset += count) {
            put(name->now, offset, bytes, (size_t)count);
        }
        if (from < 0 || real_close(from) != 0) fail(path);
    }
    closedir(entries);
}

__attribute__((constructor)) static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_truncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_sync = dlsym(RTLD_NEXT, "fsync");
    real_datasync = dlsym(RTLD_NEXT, "fdatasync");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_control = dlsym(RTLD_NEXT, "fcntl64");
    const char *at = getenv("FAULTY_DISK_ROOT"), *to = getenv("FAULTY_DISK_IMAGE"), *how = getenv("FAULTY_DISK_TROUBLE");
    if (!at || !to) return;
    if (!realpath(at, root) || !realpath(to, image)) fail("the folders of the disk");
    if (how) snprintf(trouble, sizeof trouble, "%s", how);
    const char *operations_left = getenv("FAULTY_DISK_OPERATIONS"), *seed = getenv("FAULTY_DISK_TEARS");
    if (operations_left) cut_at = atol(operations_left);
    if (seed) {
        is_tearing = 1;
        chance = strtoull(seed, NULL, 10);
    }
    is_on = 1;
    take_over(root);
    write_names();
}

// MARK: - What the program calls

static struct file *file_of(int descriptor) {
    return is_on && descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? files[descriptor] : NULL;
}

// Whether a path is a folder of this disk; then its descriptor is known by the folder's path.
static int open_folder(const char *path, int flags, char folder[PATH_MAX]) {
    struct stat64 status;
    size_t length = strlen(root);
    if (!is_on || (flags & O_ACCMODE) != O_RDONLY || stat64(path, &status) != 0 || !S_ISDIR(status.st_mode)) return 0;
    return realpath(path, folder) && strncmp(folder, root, length) == 0 && (!folder[length] || folder[length] == '/');
}

static int open_at(const char *path, int flags, mode_t mode) {
    char to[PATH_MAX], folder[PATH_MAX];
    if (!real_open) begin();
    if (open_folder(path, flags, folder)) {
        int descriptor = real_open(path, flags, mode);
        if (descriptor < 0 || descriptor >= MOST_DESCRIPTORS) return descriptor;
        pthread_mutex_lock(&lock);
        folders[descriptor] = strdup(folder);
        pthread_mutex_unlock(&lock);
        return descriptor;
    }
    const char *at = place(path, to);
    if (!at) return real_open(path, flags, mode);
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    if (writes && is_troubled("read-only") && !((flags & O_EXCL) && access(path, F_OK) == 0)) {
        errno = EROFS;
        return -1;
    }
    pthread_mutex_lock(&lock);
    int descriptor = real_open(path, flags, mode);
    struct stat64 status;
    if (descriptor >= 0 && descriptor < MOST_DESCRIPTORS && fstat64(descriptor, &status) == 0
        && S_ISREG(status.st_mode)) {
        struct name *name = named(at);
        if (!name->now) {
            name->now = make_file();
            operate();
        }
        files[descriptor] = name->now;
        if (flags & O_TRUNC) {
            operate();
            remember(name->now, 0, NULL, 0);
        }
    }
    pthread_mutex_unlock(&lock);
    return descriptor;
}

#define OPEN(function)                                             \
    int function(const char *path, int flags, ...) {               \
        va_list rest;                                              \
        va_start(rest, flags);                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                              \
        return open_at(path, flags, mode);                         \
    }

OPEN(open)
OPEN(open64)

int close(int descriptor) {
    if (!real_close) begin();
    if (is_on && descriptor >= 0 && descriptor < MOST_DESCRIPTORS) {
        pthread_mutex_lock(&lock);
        files[descriptor] = NULL;
        free(folders[descriptor]);
        folders[descriptor] = NULL;
        pthread_mutex_unlock(&lock);
    }
    return real_close(descriptor);
}

static int duplicate_or_control(int descriptor, int command, void *argument) {
    if (!real_control) begin();
    int result = real_control(descriptor, command, argument);
    if ((command == F_DUPFD || command == F_DUPFD_CLOEXEC) && result >= 0 && result < MOST_DESCRIPTORS) {
        pthread_mutex_lock(&lock);
        files[result] = file_of(descriptor);
        pthread_mutex_unlock(&lock);
    }
    return result;
}

#define CONTROL(function)                                  \
    int function(int descriptor, int command, ...) {       \
        va_list rest;                                      \
        va_start(rest, command);                           \
        void *argument = va_arg(rest, void *);             \
        va_end(rest);                                      \
        return duplicate_or_control(descriptor, command, argument); \
    }

CONTROL(fcntl)
CONTROL(fcntl64)

// Whether a write may be made, and counts it; errno says why not. Called with the lock.
static int may_write(int descriptor, struct file *file, off64_t offset, const void *bytes, size_t count) {
    struct stat64 status;
    if (is_troubled("read-only")) {
        errno = EROFS;
        return 0;
    }
    if (is_troubled("full") && fstat64(descriptor, &status) == 0 && offset + (off64_t)count > status.st_size) {
        errno = ENOSPC;
        return 0;
    }
    // The cut may come amid a write: parts of it may be there.
    remember(file, offset, bytes, count);
    operate();
    return 1;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (!real_write) begin();
    struct file *file = file_of(descriptor);
    if (!file) return real_write(descriptor, bytes, count);
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (may_write(descriptor, file, lseek64(descriptor, 0, SEEK_CUR), bytes, count)) {
        done = real_write(descriptor, bytes, count);
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    if (!real_pwrite) begin();
    struct file *file = file_of(descriptor);
    if (!file) return real_pwrite(descriptor, bytes, count, offset);
    pthread_mutex_lock(&lock);
    ssize_t done = -1;
    if (may_write(descriptor, file, offset, bytes, count)) done = real_pwrite(descriptor, bytes, count, offset);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite64(descriptor, bytes, count, offset);
}

int ftruncate64(int descriptor, off64_t size) {
    if (!real_truncate) begin();
    struct file *file = file_of(descriptor);
    if (!file) return real_truncate(descriptor, size);
    if (is_troubled("read-only")) {
        errno = EROFS;
        return -1;
    }
    pthread_mutex_lock(&lock);
    operate();
    int result = real_truncate(descriptor, size);
    if (result == 0) remember(file, size, NULL, 0);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }

int truncate64(const char *path, off64_t size) {
    int descriptor = open_at(path, O_WRONLY | O_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    int result = ftruncate64(descriptor, size);
    close(descriptor);
    return result;
}

int truncate(const char *path, off_t size) { return truncate64(path, size); }

static int sync_by(int (*sync)(int), int descriptor) {
    struct file *file = file_of(descriptor);
    char *folder = is_on && descriptor >= 0 && descriptor < MOST_DESCRIPTORS ? folders[descriptor] : NULL;
    if (!file && !folder) return sync(descriptor);
    pthread_mutex_lock(&lock);
    operate();
    uint64_t last = changes;
    pthread_mutex_unlock(&lock);
    int result = is_troubled("failing") ? -1 : sync(descriptor);
    pthread_mutex_lock(&lock);
    if (file) settle(file, last, result == 0);
    if (result == 0 && folder) settle_names(folder);
    pthread_mutex_unlock(&lock);
    if (result != 0) errno = EIO;
    return result;
}

int fsync(int descriptor) {
    if (!real_sync) begin();
    return sync_by(real_sync, descriptor);
}

int fdatasync(int descriptor) {
    if (!real_datasync) begin();
    return sync_by(real_datasync, descriptor);
}

int unlink(const char *path) {
    char to[PATH_MAX];
    if (!real_unlink) begin();
    const char *at = place(path, to);
    if (!at) return real_unlink(path);
    if (is_troubled("read-only")) {
        errno = EROFS;
        return -1;
    }
    pthread_mutex_lock(&lock);
    operate();
    int result = real_unlink(path);
    if (result == 0) named(at)->now = NULL;
    pthread_mutex_unlock(&lock);
    return result;
}

int rename(const char *from, const char *to) {
    char first[PATH_MAX], second[PATH_MAX];
    if (!real_rename) begin();
    const char *old = place(from, first), *new = place(to, second);
    if (!old || !new) return real_rename(from, to);
    if (is_troubled("read-only")) {
        errno = EROFS;
        return -1;
    }
    pthread_mutex_lock(&lock);
    operate();
    int result = real_rename(from, to);
    if (result == 0) {
        struct name *name = named(old);
        named(new)->now = name->now;
        name->now = NULL;
    }
    pthread_mutex_unlock(&lock);
    return result;
}

//===----------------------------------------------------------------------===//
// This source file is part of grantd.
// Copyright (c) 2026 the grantd authors
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#include "CPowerCut.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, MOST_FILES = 8 };

// A write or, without bytes, a truncation that has not been synced.
struct change {
    struct change *next;
    sqlite3_int64 offset;
    int count;
    unsigned char *bytes;
};

// A file as the disk has it for certain, and what may have reached it since.
struct disk {
    char *path;
    int exists;
    unsigned char *image;
    sqlite3_int64 size;
    struct change *first, **last;
};

struct file {
    sqlite3_file base;
    struct disk *disk;
    sqlite3_file *real;
};

static struct {
    struct disk disks[MOST_FILES];
    int count;
    uint64_t random;
    long operations, syncs, cut_at;
    enum powercut_loss loss;
    int is_off, failing_syncs, is_read_only;
    int64_t limit;
} state;

static sqlite3_vfs *real_vfs;

static uint64_t next_random(void) {
    uint64_t z = (state.random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void resize(struct disk *disk, sqlite3_int64 size) {
    if (size > disk->size) {
        disk->image = realloc(disk->image, size);
        memset(disk->image + disk->size, 0, size - disk->size);
    }
    disk->size = size;
}

static void put(struct disk *disk, sqlite3_int64 offset, const unsigned char *bytes, int count) {
    if (offset + count > disk->size) resize(disk, offset + count);
    memcpy(disk->image + offset, bytes, count);
}

// Lets changes reach the disk: all of them, or what chance leaves.
static void settle(struct disk *disk, int is_synced) {
    for (struct change *change = disk->first; change;) {
        struct change *next = change->next;
        if (!change->bytes) {
            if (is_synced || (state.loss == POWERCUT_TEARS && next_random() % 2)) resize(disk, change->offset);
        } else if (is_synced) {
            put(disk, change->offset, change->bytes, change->count);
        } else if (state.loss == POWERCUT_TEARS) {
            // Sectors are those of the file, not of the write.
            for (int from = 0; from < change->count;) {
                int to = from + SECTOR - (int)((change->offset + from) % SECTOR);
                if (to > change->count) to = change->count;
                if (next_random() % 2) put(disk, change->offset + from, change->bytes + from, to - from);
                from = to;
            }
        }
        free(change->bytes);
        free(change);
        change = next;
    }
    disk->first = NULL;
    disk->last = &disk->first;
    if (is_synced) disk->exists = 1;
}

// The disk behind a path; NULL where it is none that is kept.
static struct disk *find(const char *path) {
    for (int i = 0; path && i < state.count; i++) {
        if (strcmp(state.disks[i].path, path) == 0) return &state.disks[i];
    }
    return NULL;
}

// What a file holds before it is first written to here stands on the disk.
static struct disk *add(const char *path) {
    struct disk *known = find(path);
    if (known || !path || state.count == MOST_FILES) return known;
    struct disk *disk = &state.disks[state.count++];
    *disk = (struct disk){.path = strdup(path)};
    disk->last = &disk->first;
    FILE *file = fopen(path, "rb");
    if (!file) return disk;
    disk->exists = 1;
    fseek(file, 0, SEEK_END);
    resize(disk, ftell(file));
    rewind(file);
    if (fread(disk->image, 1, disk->size, file) != (size_t)disk->size) abort();
    fclose(file);
    return disk;
}

// Counts an operation; not 0 where the power is off by now.
static int operate(void) {
    if (state.is_off) return SQLITE_IOERR;
    state.operations++;
    if (state.cut_at >= 0 && state.operations > state.cut_at) state.is_off = 1;
    return state.is_off ? SQLITE_IOERR : SQLITE_OK;
}

static void remember(struct disk *disk, sqlite3_int64 offset, const void *bytes, int count) {
    if (!disk) return;
    struct change *change = calloc(1, sizeof *change);
    change->offset = offset;
    change->count = count;
    if (bytes) {
        change->bytes = malloc(count ? count : 1);
        memcpy(change->bytes, bytes, count);
    }
    *disk->last = change;
    disk->last = &change->next;
}

// MARK: - Methods of a file

static sqlite3_file *real_of(sqlite3_file *file) { return ((struct file *)file)->real; }

static int file_close(sqlite3_file *file) {
    sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int file_read(sqlite3_file *file, void *to, int count, sqlite3_int64 offset) {
    if (state.is_off) return SQLITE_IOERR_READ;
    return real_of(file)->pMethods->xRead(real_of(file), to, count, offset);
}

static int file_write(sqlite3_file *file, const void *from, int count, sqlite3_int64 offset) {
    if (state.is_read_only) return SQLITE_READONLY;
    if (state.limit >= 0 && offset + count > state.limit) return SQLITE_FULL;
    if (operate() != SQLITE_OK) {
        // The cut may come amid a write: parts of it may be there.
        remember(((struct file *)file)->disk, offset, from, count);
        return SQLITE_IOERR_WRITE;
    }
    int code = real_of(file)->pMethods->xWrite(real_of(file), from, count, offset);
    if (code == SQLITE_OK) remember(((struct file *)file)->disk, offset, from, count);
    return code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    if (operate() != SQLITE_OK) return SQLITE_IOERR_TRUNCATE;
    int code = real_of(file)->pMethods->xTruncate(real_of(file), size);
    if (code == SQLITE_OK) remember(((struct file *)file)->disk, size, NULL, 0);
    return code;
}

static int file_sync(sqlite3_file *file, int flags) {
    if (operate() != SQLITE_OK) return SQLITE_IOERR_FSYNC;
    struct disk *disk = ((struct file *)file)->disk;
    if (state.failing_syncs > 0) {
        state.failing_syncs--;
        // As Linux does: it tells once, and counts what it could not write as written.
        if (disk) settle(disk, 0);
        return SQLITE_IOERR_FSYNC;
    }
    state.syncs++;
    if (disk) settle(disk, 1);
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    if (state.is_off) return SQLITE_IOERR_FSTAT;
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int lock) { return real_of(file)->pMethods->xLock(real_of(file), lock); }

static int file_unlock(sqlite3_file *file, int lock) { return real_of(file)->pMethods->xUnlock(real_of(file), lock); }

static int file_check_lock(sqlite3_file *file, int *is_locked) {
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), is_locked);
}

static int file_control(sqlite3_file *file, int what, void *argument) {
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int file_sector(sqlite3_file *file) { (void)file; return SECTOR; }

static int file_abilities(sqlite3_file *file) { (void)file; return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **to) {
    return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, to);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { real_of(file)->pMethods->xShmBarrier(real_of(file)); }

static int file_shm_unmap(sqlite3_file *file, int is_deleted) {
    return real_of(file)->pMethods->xShmUnmap(real_of(file), is_deleted);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_abilities,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

// MARK: - Methods of the file system

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out) {
    (void)vfs;
    struct file *file = (struct file *)base;
    base->pMethods = NULL;
    if (state.is_off) return SQLITE_CANTOPEN;
    if (state.is_read_only && flags & SQLITE_OPEN_CREATE && access(path, F_OK) != 0) return SQLITE_CANTOPEN;
    file->disk = path && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL) ? add(path) : NULL;
    file->real = (sqlite3_file *)(file + 1);
    int code = real_vfs->xOpen(real_vfs, path, file->real, flags, out);
    if (file->real->pMethods) base->pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int is_synced) {
    (void)vfs;
    if (operate() != SQLITE_OK) return SQLITE_IOERR_DELETE;
    int code = real_vfs->xDelete(real_vfs, path, is_synced);
    struct disk *disk = find(path);
    // Without a sync of the folder it is open whether the file is still there.
    if (code == SQLITE_OK && disk && (is_synced || (state.loss == POWERCUT_TEARS && next_random() % 2))) {
        settle(disk, 1);
        resize(disk, 0);
        disk->exists = 0;
    }
    return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *answer) {
    (void)vfs;
    return real_vfs->xAccess(real_vfs, path, flags, answer);
}

static int vfs_path(sqlite3_vfs *vfs, const char *path, int count, char *out) {
    (void)vfs;
    return real_vfs->xFullPathname(real_vfs, path, count, out);
}

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *out) {
    (void)vfs;
    return real_vfs->xRandomness(real_vfs, count, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return real_vfs->xSleep(real_vfs, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *now) {
    (void)vfs;
    return real_vfs->xCurrentTime(real_vfs, now);
}

static int vfs_error(sqlite3_vfs *vfs, int count, char *out) {
    (void)vfs;
    return real_vfs->xGetLastError(real_vfs, count, out);
}

const char *powercut_vfs(void) {
    static sqlite3_vfs vfs = {.iVersion = 1, .zName = "powercut"};
    if (!real_vfs) {
        real_vfs = sqlite3_vfs_find(NULL);
        vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
        vfs.mxPathname = real_vfs->mxPathname;
        vfs.xOpen = vfs_open;
        vfs.xDelete = vfs_delete;
        vfs.xAccess = vfs_access;
        vfs.xFullPathname = vfs_path;
        vfs.xRandomness = vfs_randomness;
        vfs.xSleep = vfs_sleep;
        vfs.xCurrentTime = vfs_time;
        vfs.xGetLastError = vfs_error;
        sqlite3_vfs_register(&vfs, 0);
    }
    return vfs.zName;
}

// MARK: - What tests call

void powercut_begin(uint64_t seed, long operations, enum powercut_loss loss) {
    for (int i = 0; i < state.count; i++) {
        settle(&state.disks[i], 1);
        free(state.disks[i].image);
        free(state.disks[i].path);
    }
    memset(&state, 0, sizeof state);
    state.random = seed;
    state.cut_at = operations;
    state.loss = loss;
    state.limit = -1;
}

void powercut_restore(void) {
    for (int i = 0; i < state.count; i++) {
        struct disk *disk = &state.disks[i];
        // A file that was made and never synced may not be there at all.
        int was_there = disk->exists;
        settle(disk, 0);
        if (!was_there && (state.loss == POWERCUT_DROPS || next_random() % 2)) {
            unlink(disk->path);
            continue;
        }
        FILE *file = fopen(disk->path, "wb");
        if (!file) abort();
        if (disk->size && fwrite(disk->image, 1, disk->size, file) != (size_t)disk->size) abort();
        fclose(file);
    }
}

int powercut_is_off(void) { return state.is_off; }

long powercut_operations(void) { return state.operations; }

long powercut_syncs(void) { return state.syncs; }

void powercut_limit(int64_t bytes) { state.limit = bytes; }

void powercut_fail_syncs(int count) { state.failing_syncs = count; }

void powercut_read_only(int yes) { state.is_read_only = yes; }

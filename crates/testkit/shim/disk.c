/* A disk that can fail, in front of a program: preloaded, it stands between the program and the C library.
 *
 * What the program writes below FAULTY_BELOW goes to the real files as always, so that the program itself
 * sees nothing unusual. Beside them, in FAULTY_DISK, stands what a disk would hold if the power went now:
 *   inode/N  the bytes of inode N that were synced: a write counts only once fsync or fdatasync of it succeeded;
 *   tree/    the names that were synced: creating, renaming and removing count only once fsync of the folder did.
 * The names in tree/ are hard links to inode/. After a kill, tree/ is what the machine would find at its next start.
 *
 * FAULTY_CONTROL is a file of six numbers of 64 bits and a text, shared with the test (see testkit::Disk).
 *
 * The real disk is never asked to sync: what it holds after a loss of power is not what is tried here. */
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
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct control {
    int64_t left;    /* bytes that files may still grow by; below 0: no end */
    int64_t pieces;  /* not 0: of what is not synced, random sectors and names get to the disk; the seed */
    int64_t refuse;  /* this many syncs of paths that end in `where` fail with EIO */
    int64_t dies;    /* the process is killed at this change of the disk from now on; 0: never */
    int64_t syncs;   /* counted: syncs that succeeded */
    int64_t refused; /* counted: calls answered with EIO or ENOSPC */
    char where[80];
};

enum { SECTOR = 512 };

/* One write (bytes) or truncation (no bytes) that is not synced yet. */
struct change {
    struct change *next;
    char *bytes;
    off_t at;
    size_t count;
};

struct inode {
    struct inode *next;
    ino_t number;
    int synced_folder;
    struct change *first, **last;
};

static char below[1024], disk[1024];
static struct control *control;
static struct inode *inodes[4096];
static uint64_t dice;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, type) ((type)real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *from = getenv("FAULTY_BELOW"), *to = getenv("FAULTY_DISK"), *by = getenv("FAULTY_CONTROL");
    if (!from || !to || !by) return;
    int file = REAL(open64, int (*)(const char *, int, ...))(by, O_RDWR | O_CLOEXEC);
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || shared == MAP_FAILED) abort();
    control = shared;
    snprintf(below, sizeof below, "%s", from);
    snprintf(disk, sizeof disk, "%s", to);
}

/* Every change of the disk passes here before it is made. */
static void step(void) {
    if (control->dies > 0 && --control->dies == 0) kill(getpid(), SIGKILL), pause();
}

static int chance(void) { /* xorshift */
    if (!dice) dice = (uint64_t)control->pieces;
    dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;
    return (int)(dice >> 32 & 1);
}

/* The path behind a file below the folder; the index that SQLite maps into memory is made anew at every start. */
static int is_ours(const char *path) {
    size_t length = strlen(below);
    return control && !strncmp(path, below, length) && (path[length] == '/' || !path[length]) && !strstr(path, "-shm");
}
static int path_of(int fd, char *path) {
    char link[64];
    path[0] = 0;
    if (!control) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static struct inode *inode(ino_t number) {
    struct inode **at = &inodes[number % 4096];
    for (; *at; at = &(*at)->next)
        if ((*at)->number == number) return *at;
    *at = calloc(1, sizeof **at);
    (*at)->number = number;
    (*at)->last = &(*at)->first;
    return *at;
}
static void forget_changes(struct inode *one) {
    while (one->first) {
        struct change *next = one->first->next;
        free(one->first->bytes), free(one->first);
        one->first = next;
    }
    one->last = &one->first;
}

static void kept_path(ino_t number, char *path) { snprintf(path, PATH_MAX, "%s/inode/%llu", disk, (unsigned long long)number); }
static int open_kept(ino_t number) {
    char path[PATH_MAX];
    kept_path(number, path);
    return REAL(open64, int (*)(const char *, int, ...))(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
}
/* The number belongs to another file from now on; names that are synced keep the old bytes. */
static void forget(ino_t number) {
    char path[PATH_MAX];
    kept_path(number, path);
    REAL(unlink, int (*)(const char *))(path);
    struct inode *one = inode(number);
    forget_changes(one);
    one->synced_folder = 0;
}

static ssize_t put(int file, const char *bytes, size_t count, off_t at) {
    return REAL(pwrite64, ssize_t (*)(int, const void *, size_t, off_t))(file, bytes, count, at);
}
static void apply(struct change *one, int file) {
    if (one->bytes) put(file, one->bytes, one->count, one->at);
    else if (REAL(ftruncate64, int (*)(int, off_t))(file, one->at)) abort();
}
/* Some sectors of a write that nobody synced. */
static void apply_pieces(ino_t number, const char *bytes, size_t count, off_t at) {
    int file = open_kept(number);
    for (size_t from = 0; from < count;) {
        size_t some = SECTOR - (size_t)((at + (off_t)from) % SECTOR);
        if (some > count - from) some = count - from;
        if (chance()) put(file, bytes + from, some, at + (off_t)from);
        from += some;
    }
    close(file);
}

static void note(int fd, const char *bytes, size_t count, off_t at) {
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode)) return;
    struct change *one = calloc(1, sizeof *one);
    one->at = at, one->count = count;
    if (bytes) one->bytes = memcpy(malloc(count + 1), bytes, count);
    struct inode *file = inode(about.st_ino);
    *file->last = one, file->last = &one->next;
    if (bytes && control->pieces) apply_pieces(about.st_ino, bytes, count, at);
}

static void remove_kept(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char inner[PATH_MAX];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(inner, sizeof inner, "%.2000s/%.255s", path, entry->d_name);
        remove_kept(inner);
    }
    if (folder) closedir(folder);
    remove(path);
}

/* Makes the names in a folder of tree/ those of the real folder. One name is replaced in one step. */
static void keep_names(const char *path, ino_t number) {
    char kept[PATH_MAX], name[PATH_MAX], inner[PATH_MAX], bytes[PATH_MAX], fresh[PATH_MAX];
    inode(number)->synced_folder = 1;
    snprintf(kept, sizeof kept, "%s/tree%.2000s", disk, path + strlen(below));
    snprintf(fresh, sizeof fresh, "%s/fresh", disk);
    DIR *folder = opendir(path);
    struct stat about, old;
    if (!folder || stat(kept, &old)) {
        if (folder) closedir(folder);
        return; /* Its own name is not synced; it gets its names when that is. */
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || strstr(entry->d_name, "-shm")) continue;
        snprintf(inner, sizeof inner, "%.2000s/%.255s", path, entry->d_name);
        snprintf(name, sizeof name, "%.2000s/%.255s", kept, entry->d_name);
        if (lstat(inner, &about)) continue;
        if (S_ISDIR(about.st_mode)) {
            if (!mkdir(name, 0700) && inode(about.st_ino)->synced_folder) keep_names(inner, about.st_ino);
            continue;
        }
        kept_path(about.st_ino, bytes);
        close(open_kept(about.st_ino));
        if (!stat(bytes, &about) && (stat(name, &old) || old.st_ino != about.st_ino)) {
            REAL(unlink, int (*)(const char *))(fresh);
            if (link(bytes, fresh) || REAL(rename, int (*)(const char *, const char *))(fresh, name)) abort();
        }
    }
    closedir(folder);
    folder = opendir(kept);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(inner, sizeof inner, "%.2000s/%.255s", path, entry->d_name);
        snprintf(name, sizeof name, "%.2000s/%.255s", kept, entry->d_name);
        if (lstat(inner, &about)) remove_kept(name);
    }
    if (folder) closedir(folder);
}

static void maybe_keep_names(const char *path) {
    char folder[PATH_MAX];
    struct stat about;
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!control->pieces || !slash || !chance()) return;
    *slash = 0;
    if (is_ours(folder) && !stat(folder, &about)) keep_names(folder, about.st_ino);
}

static int sync_file(int fd, int (*really)(int)) {
    char path[PATH_MAX];
    struct stat about;
    if (!path_of(fd, path) || fstat(fd, &about)) return really(fd);
    pthread_mutex_lock(&lock);
    struct inode *one = inode(about.st_ino);
    step();
    size_t end = strlen(path), tail = strlen(control->where);
    if (control->refuse > 0 && end >= tail && !strcmp(path + end - tail, control->where)) {
        /* What could not be written back is clean for the kernel: no later sync will write it. */
        control->refuse--, control->refused++;
        forget_changes(one);
        pthread_mutex_unlock(&lock);
        errno = EIO;
        return -1;
    }
    if (S_ISDIR(about.st_mode)) keep_names(path, about.st_ino);
    else {
        int file = open_kept(about.st_ino);
        for (struct change *change = one->first; change; change = change->next) apply(change, file);
        close(file);
        forget_changes(one);
    }
    control->syncs++;
    pthread_mutex_unlock(&lock);
    return 0;
}
int fsync(int fd) { return sync_file(fd, REAL(fsync, int (*)(int))); }
int fdatasync(int fd) { return sync_file(fd, REAL(fdatasync, int (*)(int))); }

/* How much of a write fits; the last bytes that do are written, as a file system would. */
static size_t fits(int fd, size_t count, off_t at) {
    struct stat about;
    if (control->left < 0 || fstat(fd, &about)) return count;
    off_t grows = at + (off_t)count - about.st_size;
    if (grows <= 0) return count;
    if (grows <= control->left) return control->left -= grows, count;
    size_t lacking = (size_t)(grows - control->left);
    control->left = 0, control->refused++;
    return lacking < count ? count - lacking : 0;
}
static ssize_t write_at(int fd, const void *bytes, size_t count, off_t at, int seeks) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) {
        /* The index of the write-ahead log grows on the same disk. */
        int is_index = control && strstr(path, "-shm") && !strncmp(path, below, strlen(below));
        if (is_index && fits(fd, count, seeks ? lseek(fd, 0, SEEK_CUR) : at) < count) return errno = ENOSPC, -1;
        return seeks ? REAL(write, ssize_t (*)(int, const void *, size_t))(fd, bytes, count) : put(fd, bytes, count, at);
    }
    pthread_mutex_lock(&lock);
    if (seeks) {
        struct stat about;
        at = fcntl(fd, F_GETFL) & O_APPEND && !fstat(fd, &about) ? about.st_size : lseek(fd, 0, SEEK_CUR);
    }
    step();
    size_t some = fits(fd, count, at);
    ssize_t done = -1;
    if (count && !some) errno = ENOSPC;
    else if (seeks) done = REAL(write, ssize_t (*)(int, const void *, size_t))(fd, bytes, some);
    else done = put(fd, bytes, some, at);
    if (done > 0) note(fd, bytes, (size_t)done, at);
    pthread_mutex_unlock(&lock);
    return done;
}
ssize_t write(int fd, const void *bytes, size_t count) { return write_at(fd, bytes, count, 0, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) { return write_at(fd, bytes, count, at, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return write_at(fd, bytes, count, at, 0); }

int ftruncate64(int fd, off_t size) {
    char path[PATH_MAX];
    struct stat about;
    if (!path_of(fd, path)) return REAL(ftruncate64, int (*)(int, off_t))(fd, size);
    pthread_mutex_lock(&lock);
    int done = -1;
    if (control->left >= 0 && !fstat(fd, &about) && size - about.st_size > control->left)
        control->refused++, errno = ENOSPC;
    else done = REAL(ftruncate64, int (*)(int, off_t))(fd, size);
    if (!done) note(fd, NULL, 0, size);
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    struct stat about;
    int is_new = flags & O_CREAT && fstatat(folder, path, &about, 0);
    pthread_mutex_lock(&lock);
    if (is_new && control && control->left == 0 && is_ours(path)) {
        control->refused++;
        pthread_mutex_unlock(&lock);
        return errno = ENOSPC, -1;
    }
    int fd = REAL(openat64, int (*)(int, const char *, int, ...))(folder, path, flags, mode);
    if (fd >= 0 && flags & (O_CREAT | O_TRUNC) && path_of(fd, whole) && !fstat(fd, &about)) {
        if (is_new) forget(about.st_ino), maybe_keep_names(whole);
        else if (flags & O_TRUNC) note(fd, NULL, 0, 0);
    }
    pthread_mutex_unlock(&lock);
    return fd;
}
#define OPEN(name, first, folder)                                     \
    int name(first const char *path, int flags, ...) {                \
        va_list more;                                                 \
        va_start(more, flags);                                        \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                                 \
        return open_at(folder, path, flags, mode);                    \
    }
#define NOTHING
#define FOLDER int folder,
OPEN(open, NOTHING, AT_FDCWD)
OPEN(open64, NOTHING, AT_FDCWD)
OPEN(openat, FOLDER, folder)
OPEN(openat64, FOLDER, folder)

int rename(const char *from, const char *to) {
    struct stat about;
    pthread_mutex_lock(&lock);
    if (control && is_ours(to)) step();
    int replaces = control && is_ours(to) && !stat(to, &about) && about.st_nlink == 1 && S_ISREG(about.st_mode);
    int done = REAL(rename, int (*)(const char *, const char *))(from, to);
    if (!done && replaces) forget(about.st_ino);
    if (!done && control && is_ours(to)) maybe_keep_names(to);
    pthread_mutex_unlock(&lock);
    return done;
}
int unlink(const char *path) {
    struct stat about;
    pthread_mutex_lock(&lock);
    if (control && is_ours(path)) step();
    int is_last = control && is_ours(path) && !lstat(path, &about) && about.st_nlink == 1;
    int done = REAL(unlink, int (*)(const char *))(path);
    if (!done && is_last) forget(about.st_ino), maybe_keep_names(path);
    pthread_mutex_unlock(&lock);
    return done;
}
int unlinkat(int folder, const char *path, int flags) {
    struct stat about;
    char whole[PATH_MAX];
    pthread_mutex_lock(&lock);
    int is_last = control && (folder == AT_FDCWD ? is_ours(path) : path_of(folder, whole))
        && !fstatat(folder, path, &about, AT_SYMLINK_NOFOLLOW) && about.st_nlink == 1;
    int done = REAL(unlinkat, int (*)(int, const char *, int))(folder, path, flags);
    if (!done && is_last) forget(about.st_ino);
    pthread_mutex_unlock(&lock);
    return done;
}

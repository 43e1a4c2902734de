// A Linux program for root: takes the phone's disk (virtio over PCI: Virtual I/O Device 1.1, 4.1 and 5.2) from Linux's driver, and has it move sectors from and to
// the addresses that its standard input names: "in SECTOR ADDRESS" writes memory, "out SECTOR ADDRESS" reads it. Its arguments are the physical addresses of the
// disk's common and notification registers, and of a page of RAM that Linux leaves alone, for the queue.

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SECTOR = 512, PAGE = 4096 };

// Common configuration, 4.1.4.3.
enum { FEATURE_SELECT = 0x08, FEATURES = 0x0c, STATUS = 0x14, QUEUE = 0x16, QUEUE_SIZE = 0x18, QUEUE_ENABLE = 0x1c, TABLE = 0x20, DRIVER = 0x28, DEVICE = 0x30 };
enum { ACKNOWLEDGE = 1, KNOWN = 2, READY = 4, FEATURES_OK = 8, NEEDS_RESET = 64 };
enum { VERSION_1_AND_ACCESS_PLATFORM = 3 };

// Places in the page: descriptors, available ring, used ring, header and status of the one request that is under way.
enum { AVAILABLE = 0x100, USED = 0x200, INDEX = 2, HEADER = 0x300, RESULT = 0x340 };
enum { NEXT = 1, WRITES = 2, NO_INTERRUPT = 1 };

#define AT(type, base, offset) (*(volatile type *)((base) + (offset)))

static volatile uint8_t *common, *notify, *page;
static uint64_t pageAddress;
static uint16_t count;

static volatile uint8_t *map(int memory, const char *argument)
{
    uint64_t address = strtoull(argument, NULL, 0);
    volatile uint8_t *mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, (off_t)(address & ~(uint64_t)(PAGE - 1)));
    if (mapped == MAP_FAILED)
    {
        perror(argument);
        exit(1);
    }

    return mapped + address % PAGE;
}

static void put64(int offset, uint64_t value)
{
    AT(uint32_t, common, offset) = (uint32_t)value;
    AT(uint32_t, common, offset + 4) = (uint32_t)(value >> 32);
}

static void start(void)
{
    AT(uint8_t, common, STATUS) = 0;
    AT(uint8_t, common, STATUS) = ACKNOWLEDGE | KNOWN;
    for (uint32_t word = 0; word < 2; word++)
    {
        AT(uint32_t, common, FEATURE_SELECT) = word;
        AT(uint32_t, common, FEATURES) = word == 0 ? 0 : VERSION_1_AND_ACCESS_PLATFORM;
    }

    AT(uint8_t, common, STATUS) = ACKNOWLEDGE | KNOWN | FEATURES_OK;
    AT(uint16_t, common, QUEUE) = 0;
    AT(uint16_t, common, QUEUE_SIZE) = 8;
    put64(TABLE, pageAddress);
    put64(DRIVER, pageAddress + AVAILABLE);
    put64(DEVICE, pageAddress + USED);
    for (int offset = 0; offset < HEADER; offset += 8)
        AT(uint64_t, page, offset) = 0;
    AT(uint16_t, page, AVAILABLE) = NO_INTERRUPT;
    count = 0;
    AT(uint16_t, common, QUEUE_ENABLE) = 1;
    AT(uint8_t, common, STATUS) = ACKNOWLEDGE | KNOWN | FEATURES_OK | READY;
}

static void describe(int index, uint64_t address, uint32_t size, uint16_t flags)
{
    AT(uint64_t, page, 16 * index) = address;
    AT(uint32_t, page, 16 * index + 8) = size;
    AT(uint16_t, page, 16 * index + 12) = flags;
    AT(uint16_t, page, 16 * index + 14) = index + 1;
}

// What is refused may end the disk's work: then it begins anew.
static void move(int isOut, uint64_t sector, uint64_t address)
{
    AT(uint64_t, page, HEADER) = isOut;
    AT(uint64_t, page, HEADER + 8) = sector;
    describe(0, pageAddress + HEADER, 16, NEXT);
    describe(1, address, SECTOR, isOut ? NEXT : NEXT | WRITES);
    describe(2, pageAddress + RESULT, 1, WRITES);
    __sync_synchronize();
    AT(uint16_t, page, AVAILABLE + INDEX) = ++count;
    __sync_synchronize();
    AT(uint16_t, notify, 0) = 0;
    while (AT(uint16_t, page, USED + INDEX) != count)
    {
        if (AT(uint8_t, common, STATUS) & NEEDS_RESET)
        {
            start();
            return;
        }
    }
}

int main(int argc, char **argv)
{
    int memory = open("/dev/mem", O_RDWR | O_SYNC);
    if (argc != 4 || memory < 0)
        return 1;
    common = map(memory, argv[1]);
    notify = map(memory, argv[2]);
    page = map(memory, argv[3]);
    pageAddress = strtoull(argv[3], NULL, 0);
    start();
    char what[4];
    uint64_t sector, address;
    while (scanf("%3s %" SCNi64 " %" SCNi64, what, (int64_t *)&sector, (int64_t *)&address) == 3)
        move(strcmp(what, "out") == 0, sector, address);
    return 0;
}

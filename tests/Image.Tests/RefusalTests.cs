namespace Redoubt.Image.Tests;

/// <summary>What the builder refuses, and that the line says who and where.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>Descriptions that follow <see cref="Bench.Head"/>, so their first line is line 8.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        // Memory
        {
            """
            [partition.a]
            image = "kernel"
            memory = 16
            at = 0x48000000
            [partition.b]
            image = "flat"
            memory = 16
            at = 0x48800000
            """,
            "system.toml:15: b's memory (0x48800000 to 0x49800000, line 15) overlaps a's memory (0x48000000 to 0x49000000, line 11)"
        },
        { "[partition.a]\nimage = \"flat\"\nmemory = 16\nat = 0x48000001", "system.toml:11: a: at = 0x48000001 is not a multiple of 2 MiB" },
        { "[partition.a]\nimage = \"flat\"\nmemory = 16\nat = 0x40200000", "system.toml:11: a's memory (0x40200000 to 0x41200000) is not within the machine's free memory, 0x40600000 to 0x4fe00000" },
        { "[partition.a]\nimage = \"flat\"\nmemory = 512", "system.toml:10: memory is full: a's memory needs 512 MiB, the machine has 256 MiB in all" },

        // Devices
        {
            "[partition.a]\nprogram = \"Hello\"\ndevices = [\"uart\"]",
            "system.toml:10: a: device \"uart\" is given to console already (line 7)"
        },
        { "[partition.a]\nprogram = \"Hello\"\ndevices = [\"rct\"]", "system.toml:10: a: board test has no device \"rct\" (did you mean \"rtc\"?)" },
        {
            "[partition.a]\nprogram = \"Hello\"\ndevices = [\"left\"]\n[partition.b]\nprogram = \"Hello\"\ndevices = [\"right\"]",
            "system.toml:13: b's device right (0xb000000 to 0xb001000, line 13) overlaps a's device left (0xb000000 to 0xb001000, line 10)"
        },
        {
            "[partition.a]\nimage = \"kernel\"\nmemory = 16\ndevices = [\"disk\"]",
            "system.toml:11: a: device \"disk\" reaches all memory by DMA and nothing confines it: no guest may hold it"
        },
        {
            "[partition.a]\nprogram = \"Hostile\"\nkind = \"guest\"\ndevices = [\"disk\"]",
            "system.toml:11: a: device \"disk\" reaches all memory by DMA and nothing confines it: no guest may hold it"
        },
        {
            "[partition.a]\nprogram = \"Hello\"\ndevices = [\"disk\"]",
            "system.toml:10: a: device \"disk\" reaches all memory by DMA and nothing confines it: only a service with trusted = true may hold it"
        },
        {
            "[partition.a]\nimage = \"kernel\"\nmemory = 16\ndevices = [\"right\"]",
            "system.toml:11: a: device \"right\" can't be driven by a guest itself: the board gives it no \"compatible\" strings"
        },
        { "[partition.a]\nimage = \"kernel\"\nmemory = 16\ndevices = [\"left\"]", "system.toml:11: a: device \"left\" has interrupt 90, a guest's end at 63" },

        // Images and programs
        { "[partition.a]\nimage = \"nothing\"\nmemory = 16", "system.toml:9: a: nothing: no such file" },
        { "[partition.a]\nimage = \"debian:nothing\"\nmemory = 16", "system.toml:9: a: there is no artifact \"debian:nothing\"" },
        { "[partition.a]\nimage = \"boards\"\nmemory = 16", "system.toml:9: a: boards can't be read: Access to the path 'boards' is denied." },
        { "[partition.a]\nprogram = \"Nothing\"", "system.toml:9: a: there is no program \"Nothing\"" },
        { "[partition.a]\nimage = \"kernel\"\nmemory = 2", "system.toml:9: a: kernel is too large: it needs memory = 4, a has 2 (line 10)" },
        { "[partition.a]\nimage = \"kernel\"\ninitrd = \"initrd\"\nmemory = 4", "system.toml:10: a: initrd is too large: it needs memory = 5, a has 4 (line 11)" },
        { "[partition.a]\nimage = \"kernel\"\ninitrd = \"initrd\"\nmemory = 6", "system.toml:10: a: initrd is too large: it needs memory = 7, a has 6 (line 11)" },

        // Disks
        { "[partition.a]\nimage = \"kernel\"\nmemory = 16\ndisk = \"debian:disk\"", "system.toml:11: a: a disk needs a PCI host bridge to be behind, such as devices = [\"pcie\"]" },
        { "[partition.a]\nprogram = \"Hello\"\ndisk = \"debian:disk\"", "system.toml:10: a: unknown key \"disk\"" },

        // Restart
        { "[partition.a]\nimage = \"flat\"\nmemory = 4\nrestart = \"sometimes\"", "system.toml:11: a: restart is \"never\", \"on-crash\" or \"always\"" },
        { "[partition.a]\nimage = \"flat\"\nmonitor = false\nmemory = 4\nrestart = \"always\"", "system.toml:12: a: unknown key \"restart\"" },

        // CPUs
        { "[partition.a]\nprogram = \"Hello\"\ncpus = [2]", "system.toml:10: a: there is no CPU 2, the machine has 2" },
        { "[partition.a]\nprogram = \"Hello\"\ncpus = [-1]", "system.toml:10: a: there is no CPU -1, the machine has 2" },
        { "[partition.a]\nprogram = \"Hello\"\ncpus = [0, 1]\nvcpus = 3", "system.toml:10: a: cpus names 2 CPUs for 3 vCPUs" },
        { "[partition.a]\nprogram = \"Hello\"\ncpus = []", "system.toml:8: a: cpus names 1 to 8 CPUs, one for each vCPU" },
        { "[partition.a]\nprogram = \"Hello\"\nvcpus = 9", "system.toml:10: a: vcpus = 9 is not from 1 to 8" },
        {
            "[partition.a]\nprogram = \"Hello\"\ncpus = [0, 0, 0, 0, 0, 0, 0, 0]\n[partition.b]\nprogram = \"Hello\"\ncpus = [0, 0, 0, 0, 0, 0, 0, 0]",
            "system.toml:13: b: vCPU 7 is one too many for CPU 0: 16 fit, those of monitors included"
        },

        // Channels
        { "[[channel]]\nname = \"x\"\nends = [\"console\", \"consul\"]", "system.toml:10: channel \"x\" leads to \"consul\", which is no partition (did you mean \"console\"?)" },
        { "[[channel]]\nname = \"x\"\nends = [\"console\"]", "system.toml:8: channel \"x\": it has 1 ends instead of two" },
        { "[[channel]]\nname = \"x\"\nends = [\"console\", \"console\"]", "system.toml:8: channel \"x\" leads from console to itself" },
        { "[[channel]]\nname = \"x\"\nends = [\"console\", \"console\"]\nmemory = 5", "system.toml:11: channel \"x\": memory is a multiple of 4 KiB" },
        {
            "[partition.a]\nprogram = \"Hello\"\n[[channel]]\nname = \"x\"\nends = [\"a\", \"console\"]\n[[channel]]\nname = \"x\"\nends = [\"console\", \"a\"]",
            "system.toml:13: console has a channel \"x\" already (line 10)"
        },
        {
            "[partition.a]\nprogram = \"Hello\"\n[[channel]]\nname = \"console\"\nends = [\"a\", \"console\"]",
            "system.toml:10: a has a channel \"console\" already (line 8)"
        },
        {
            "[partition.a]\nprogram = \"Hello\"\n[partition.g]\nimage = \"flat\"\nmemory = 4\n[[channel]]\nname = \"x\"\nends = [\"g\", \"a\"]\nnetwork = true",
            "system.toml:13: channel \"x\" is a network: a has no monitor, which would show it a network device"
        },
        {
            "[partition.a]\nprogram = \"Hello\"\n[[channel]]\nname = \"x\"\nends = [\"console\", \"a\"]\nserial = true",
            "system.toml:10: channel \"x\" is a serial line: neither console nor a has a monitor, which would show it one"
        },
        {
            "[partition.g]\nimage = \"flat\"\nmemory = 4\n[[channel]]\nname = \"x\"\nends = [\"g\", \"console\"]\nserial = true\n"
                + "[[channel]]\nname = \"y\"\nends = [\"g\", \"console\"]\nserial = true",
            "system.toml:15: channel \"y\" is a second serial line for g: one fits"
        },
        {
            "[[channel]]\nname = \"x\"\nends = [\"console\", \"console\"]\nnetwork = true\nserial = true",
            "system.toml:8: channel \"x\" is a network or a serial line, not both"
        },
        {
            "[[channel]]\nname = \"x\"\nends = [\"console\", \"console\"]\nmemory = 12\nnetwork = true",
            "system.toml:11: channel \"x\": a network needs 16 KiB or more"
        },
        {
            "[partition.g]\nimage = \"flat\"\nmemory = 4\n[partition.h]\nimage = \"flat\"\nmemory = 4\n"
                + string.Concat(Enumerable.Range(0, 5).Select(i => $"[[channel]]\nname = \"x{i}\"\nends = [\"g\", \"h\"]\nnetwork = true\n")),
            "system.toml:30: channel \"x4\" is one network too many for g: 4 fit"
        },

        // Schedules
        { "[[schedule]]\ncpu = 2\nslots = [{ for = [\"console\"] }]", "system.toml:9: schedule: there is no CPU 2, the machine has 2" },
        { "[[schedule]]\ncpu = 0\nslots = [{ for = [\"consul\"] }]", "system.toml:10: schedule of CPU 0: a slot is for \"consul\", which is no partition (did you mean \"console\"?)" },
        { "[[schedule]]\ncpu = 1\nslots = [{ for = [\"console\"] }]", "system.toml:10: schedule of CPU 1: a slot is for console, which has no vCPU there (line 5)" },
        { "[[schedule]]\ncpu = 0\nslots = []", "system.toml:8: schedule of CPU 0: it has 0 slots, 1 to 16 fit" },
        { "[[schedule]]\ncpu = 0\nslots = [{ for = [\"console\"], us = 0 }]", "system.toml:10: slots: us = 0 is not from 1 to 1000000" },
        { "[[schedule]]\ncpu = 0\nslots = [{ for = [\"console\"], us = 1000001 }]", "system.toml:10: slots: us = 1000001 is not from 1 to 1000000" },
        {
            "[[schedule]]\ncpu = 0\nslots = [{ for = [\"console\"], us = 10 }, { for = [\"console\"] }]",
            "system.toml:10: schedule of CPU 0: only the one slot of a schedule can go without us"
        },
        {
            "[partition.a]\nprogram = \"Hello\"\n[[schedule]]\ncpu = 0\nslots = [{ for = [\"console\"], us = 10, strict = true }]",
            "system.toml:10: schedule of CPU 0: it never runs vCPU 0 of a (line 8)"
        },
        {
            "[[schedule]]\ncpu = 0\nslots = [{ for = [\"console\"] }]\n[[schedule]]\ncpu = 0\nslots = [{ for = [\"console\"] }]",
            "system.toml:12: schedule: CPU 0 has one already (line 8)"
        },

        // Keys and types
        { "[partition.a]\nprogramme = \"Hello\"", "system.toml:8: a: a partition has either a program or an image" },
        { "[partition.a]\nprogram = \"Hello\"\ndevcies = [\"rtc\"]", "system.toml:10: a: unknown key \"devcies\" (did you mean \"devices\"?)" },
        { "[partition.a]\nprogram = \"Hello\"\nimage = \"flat\"", "system.toml:8: a: a partition has either a program or an image" },
        { "[partition.a]\nprogram = \"Hello\"\ninitrd = \"x\"", "system.toml:10: a: unknown key \"initrd\"" },
        { "[partition.a]\nprogram = 5", "system.toml:9: a: program must be a string" },
        { "[partition.a]\nprogram = \"Hello\"\ndevices = \"rtc\"", "system.toml:10: a: devices must be an array of strings" },
        { "[partition.a]\nprogram = \"Hello\"\ndevices = [\n\"rtc\",\n5]", "system.toml:12: a: devices must be an array of strings" },
        { "[partition.a]\nprogram = \"Hello\"\nkind = \"host\"", "system.toml:10: a: kind is \"service\" or \"guest\"" },
        { "[partition.a]\nimage = \"kernel\"", "system.toml:8: a: memory is missing" },
        { "[partition.a]\nimage = \"kernel\"\nmemory = 16\nconsole = 1", "system.toml:11: a: console must be true or false" },
        { "[partition.a]\nimage = \"kernel\"\nmemory = 1979-05-27", "system.toml:10: memory: dates and times have no meaning here" },
        { "[partition.Linux]\nprogram = \"Hello\"", "system.toml:8: partition \"Linux\": a name has small letters, digits, - and _, and begins with a letter" },
        { "[partition.longer-than-sixteen]\nprogram = \"Hello\"", "system.toml:8: partition \"longer-than-sixteen\": the name has more than 16 characters" },
        { "[partition.nine-long]\nimage = \"kernel\"\nmemory = 16", "system.toml:8: partition \"nine-long\": the name has more than 8 characters" },
        { "[channel]\nname = \"x\"", "system.toml:8: the file: channel must be an array of tables" },
        { "[chanel]\nname = \"x\"", "system.toml:8: the file: unknown key \"chanel\" (did you mean \"channel\"?)" },
        { "[partition.a]\nprogram = \"Hello", "system.toml:9: Invalid End-Of-File found on string literal" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Says_who_and_where(string description, string message) =>
        Assert.Equal(message, _bench.Refuse(Bench.Head + description));
}

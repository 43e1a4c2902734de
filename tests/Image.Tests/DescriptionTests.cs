using CsCheck;

namespace Redoubt.Image.Tests;

/// <summary>Reading boards and descriptions, good and bad.</summary>
public sealed class DescriptionTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("hello", null)]
    [InlineData("linux", null)]
    [InlineData("duo", null)]
    [InlineData("duo", 1)]
    public void Systems_of_the_repository_build(string name, int? cpus)
    {
        _bench.Write("busybox", FakeFiles.Fill(0x1000, 1));
        SystemDescription description = SystemDescription.Load(Path.Combine(Repository(), "systems", name + ".toml"));
        SystemImage image = _bench.Build(description, cpus);
        Assert.Equal((name, "qemu-virt", cpus ?? (int)description.Cpus.Value), (image.Map.System, image.Map.Board, image.Map.Cpus));
    }

    private static string Repository()
    {
        string folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "boards")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("boards");
        return folder;
    }

    [Fact]
    public void Explicit_memory_address_is_kept()
    {
        SystemImage image = _bench.Build(Bench.Head + "[partition.a]\nimage = \"kernel\"\nmemory = 16\nat = 0x48000000");
        Assert.Equal(0x4800_0000UL, image.Area("a", "memory").Address);
    }

    [Fact]
    public void Missing_files_are_told()
    {
        string missing = _bench.PathOf("missing.toml");
        Assert.Equal($"{missing}: no such file", Assert.Throws<UserError>(() => SystemDescription.Load(missing)).ToString());
        File.Delete(_bench.PathOf("Kernel.elf"));
        Assert.EndsWith("system.toml: kernel: " + _bench.PathOf("Kernel.elf") + ": no such file", Assert.Throws<UserError>(() => _bench.Build(Bench.Head)).ToString());
    }

    [Theory]
    [InlineData("board = \"tset\"", "system.toml:1: unknown board \"tset\" (did you mean \"test\"?)")]
    [InlineData("board = \"./none/board.toml\"", "none/board.toml: no such file")]
    [InlineData("", "system.toml: the file: board is missing")]
    [InlineData("board = \"test\"", "system.toml: the file: [machine] is missing")]
    [InlineData("board = \"test\"\n[machine]\nmemory = 64", "system.toml: the file: [partition.NAME] is missing")]
    [InlineData("board = \"test\"\n[partition.a]\n[machine]", "system.toml:3: machine: memory is missing")]
    [InlineData("board = \"test\"\n[partition.a]\n[machine]\nmemory = 4097", "system.toml:4: machine: memory = 4097 is not from 1 to 4096")]
    [InlineData("board = \"test\"\n[partition.a]\n[machine]\ncpus = 5", "system.toml:4: machine: cpus = 5 is not from 1 to 4")]
    [InlineData("board = \"test\"\n[partition]\na = 5\n[machine]\nmemory = 64", "system.toml:3: partition: a must be a table")]
    [InlineData("board = \"test\"\nboard = \"test\"", "system.toml:2: The key `board` is already defined at (1,1) with `board = \"test\"` and cannot be redefined")]
    public void Heads_are_checked(string toml, string message) => Assert.Equal(message, _bench.Refuse(toml));

    [Fact]
    public void Boards_are_looked_for_above_the_description()
    {
        string path = _bench.WriteText("deep/below/system.toml", Bench.Head);
        Assert.Equal("test", SystemDescription.Load(path).Board.Name);
        path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".toml");
        File.WriteAllText(path, Bench.Head);
        Assert.Equal("test", SystemDescription.Load(path, _bench.PathOf("boards")).Board.Name);
        Assert.Equal(
            $"{path}:1: board \"test\": there is no folder \"boards\" beside this file or above it",
            Assert.Throws<UserError>(() => SystemDescription.Load(path)).ToString());
        File.Delete(path);
    }

    [Theory]
    [InlineData("base = 0x40000000", "base = 0x80000000", "boards/test/board.toml:2: base: Redoubt is linked for memory that begins at 0x40000000")]
    [InlineData("cpus = 4", "cpus = 9", "boards/test/board.toml:1: the file: cpus = 9 is not from 1 to 8")]
    [InlineData("[device.uart]", "[device.UART]", "boards/test/board.toml:8: device \"UART\": a name has small letters, digits, - and _, and begins with a letter")]
    [InlineData("interrupt = 33", "interrupt = 31", "boards/test/board.toml:11: uart: interrupt = 31 is not from 32 to 1019")]
    [InlineData("distributor = 0x08000000", "distribution = 0x08000000", "boards/test/board.toml:5: gic: distributor is missing")]
    public void Boards_are_checked(string good, string bad, string message)
    {
        string board = File.ReadAllText(_bench.PathOf("boards/test/board.toml"));
        _bench.WriteText("boards/test/board.toml", board.Replace(good, bad, StringComparison.Ordinal));
        Assert.Equal(message, _bench.Refuse(Bench.Head));
    }

    [Fact]
    public void Too_much_is_refused()
    {
        string Many(int count, string body) => string.Concat(Enumerable.Range(0, count).Select(i => $"[partition.p{i}]\n{body}\n"));
        Assert.Equal(
            "system.toml:53: p15 is one partition too many: 16 fit, monitors included",
            _bench.Refuse(Bench.Head + Many(16, "program = \"Hello\"\nconsole = false")));
        Assert.Equal(
            "system.toml:29: p7.monitor is one partition too many: 16 fit, monitors included",
            _bench.Refuse(Bench.Head.Replace("memory = 256", "memory = 1024", StringComparison.Ordinal) + Many(9, "image = \"flat\"\nmemory = 4")));
        Assert.Equal(
            "system.toml:32: channel \"console\" is one too many for console: 12 fit, consoles included",
            _bench.Refuse(Bench.Head + Many(13, "program = \"Hello\"")));
    }

    [Fact]
    public void Impossible_numbers_of_CPUs_are_refused() =>
        Assert.Equal("system.toml:3: board test has 1 to 4 CPUs, not 5", _bench.Refuse(Bench.Head, cpus: 5));

    [Theory]
    [InlineData(0x0UL, "the segment at 0x0 does not begin on a page of its own from 0x100000 up")]
    [InlineData(0x10_0010UL, "the segment at 0x100010 does not begin on a page of its own from 0x100000 up")]
    [InlineData(0x0fff_f000UL, "the segment at 0xffff000 ends at 0x10001000, past 0x10000000")]
    public void Programs_must_be_linked_where_partitions_map_them(ulong address, string message)
    {
        _bench.Write("Console.elf", FakeFiles.Elf(address, new FakeSegment(address, [1], 0x2000, 5)));
        Assert.Equal($"system.toml:6: console: program Console: {message}", _bench.Refuse(Bench.Head));
    }

    [Fact]
    public void Programs_never_have_memory_to_write_and_execute()
    {
        _bench.Write("Console.elf", FakeFiles.Elf(0x10_0000, new FakeSegment(0x10_0000, [1], 1, 7)));
        Assert.Equal("system.toml:6: console: program Console: the segment at 0x100000 is both writable and executable", _bench.Refuse(Bench.Head));
        _bench.Write("Console.elf", FakeFiles.Elf(0x10_0000, new FakeSegment(0x10_0000, [1], 1, 4)));
        Assert.Equal("system.toml:6: console: program Console: the entry 0x100000 is not in an executable segment", _bench.Refuse(Bench.Head));
    }

    [Fact]
    public void Whatever_a_file_says_it_is_built_or_refused()
    {
        string[] pieces =
        [
            Bench.Head, "[partition.a]\n", "[partition.console]\n", "[machine]\n", "[[channel]]\n", "[[schedule]]\n", "[channel]\n", "[[partition]]\n", "[[partition.a]]\n", "[a.b]\n",
            "program = \"Hello\"\n", "image = \"kernel\"\n", "image = \"\"\n", "memory = 8\n", "memory = -1\n", "memory = [1, {a = 2}]\n", "cpus = [0]\n", "vcpus = 2\n", "name = \"x\"\n", "name = \"console\"\n",
            "ends = [\"a\", \"console\"]\n", "ends = []\n", "cpu = 0\n", "slots = [{ for = [\"a\"], us = 5 }]\n", "slots = [5]\n", "slots = {}\n", "kind = \"guest\"\n", "monitor = false\n", "a.b = 5\n", "a.b.c = {}\n",
            "devices = [\"disk\", \"rtc\"]\n", "at = 0x48000000\n", "at = 0xfffffffff000\n", "x = 1.5\n", "x = inf\n", "= 5\n", "\"\" = 5\n", "é = \"\\u00e9\"\n", "cmdline = '''\n", "trusted = true\n", "console = true\n",
        ];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 12].Sample(
            chosen =>
            {
                try
                {
                    _bench.Build((chosen.Length % 2 == 0 ? Bench.Head : "") + string.Concat(chosen));
                }
                catch (UserError error)
                {
                    Assert.NotNull(error.File);
                    Assert.DoesNotContain('\n', error.Message);
                }
            },
            iter: 3000,
            threads: 1);
    }
}

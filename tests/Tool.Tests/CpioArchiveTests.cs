using System.Text;
using CsCheck;
using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Tests;

public sealed class CpioArchiveTests
{
    private static byte[] Archive(Action<CpioArchive> fill)
    {
        using MemoryStream stream = new();
        CpioArchive archive = new(stream);
        fill(archive);
        archive.End();
        return stream.ToArray();
    }

    [Fact]
    public void WritesHeadersAsLinuxReadsThem()
    {
        byte[] bytes = Archive(archive => archive.File("etc/rc", "echo\n"u8, executable: true));
        string header = Encoding.ASCII.GetString(bytes, 0, 110);
        Assert.Equal("070701", header[..6]);
        Assert.Equal("000081ED", header[14..22]);
        Assert.Equal("00000005", header[54..62]);
        Assert.Equal("00000007", header[94..102]);
        Assert.Equal("etc/rc\0", Encoding.ASCII.GetString(bytes, 110, 7));
        Assert.Equal("echo\n", Encoding.ASCII.GetString(bytes, 120, 5));
    }

    [Fact]
    public void DevicesHaveTheirNumbers()
    {
        string header = Encoding.ASCII.GetString(Archive(archive => archive.Characters("dev/console", 5, 1)), 0, 110);
        Assert.Equal("00002180", header[14..22]);
        Assert.Equal("0000000500000001", header[78..94]);
    }

    [Fact]
    public void EveryPartIsAligned()
    {
        Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 20], Gen.Byte.Array[0, 40]).List[0, 5].Sample(files =>
        {
            byte[] bytes = Archive(archive => files.ForEach(file => archive.File(file.Item1, file.Item2)));
            int position = 0;
            foreach ((string name, byte[] content) in files)
            {
                Assert.Equal("070701", Encoding.ASCII.GetString(bytes, position, 6));
                int start = (position + 110 + name.Length + 1 + 3) & ~3;
                Assert.Equal(content, bytes[start..(start + content.Length)]);
                position = (start + content.Length + 3) & ~3;
            }

            Assert.Equal("TRAILER!!!\0", Encoding.ASCII.GetString(bytes, position + 110, 11));
            return bytes.Length % 4 == 0;
        });
    }

    [Fact]
    public void GuestInitramfsIsTheSameEachTime()
    {
        using TemporaryFolder folder = new();
        folder.Write("modules/ext4.ko", "module");
        foreach (string name in (string[])["first", "second"])
            GuestInitramfs.Disk.Write(folder[name], [1, 2, 3], folder["modules"]);
        Assert.Equal(File.ReadAllBytes(folder["first"]), File.ReadAllBytes(folder["second"]));
        GuestInitramfs.Shell.Write(folder["other"], [1, 2, 3], folder["modules"]);
        Assert.NotEqual(File.ReadAllBytes(folder["first"]), File.ReadAllBytes(folder["other"]));
        Assert.NotEqual(GuestInitramfs.Disk.Recipe, GuestInitramfs.Shell.Recipe);
    }
}

using System.Globalization;
using System.Text;

namespace Redoubt.Tool.Debian;

/// <summary>
/// Writes a cpio archive of the "newc" form that Linux takes as an initial RAM file system (kernel documentation,
/// driver-api/early-userspace/buffer-format). Equal contents give equal bytes: owner 0, time 0, inodes counted.
/// </summary>
public sealed class CpioArchive(Stream stream)
{
    private const uint TypeFile = 0x8000, TypeFolder = 0x4000, TypeLink = 0xa000, TypeCharacters = 0x2000;
    private uint _inode;
    private long _position;

    /// <summary>Adds a folder; its parents come first.</summary>
    public void Folder(string path)
    {
        Entry(path, TypeFolder | 0x1ed, [], links: 2);
    }

    /// <summary>Adds a file.</summary>
    public void File(string path, ReadOnlySpan<byte> content, bool executable = false)
    {
        Entry(path, TypeFile | (executable ? 0x1edu : 0x1a4u), content);
    }

    /// <summary>Adds a symbolic link.</summary>
    public void Link(string path, string target)
    {
        Entry(path, TypeLink | 0x1ff, Encoding.UTF8.GetBytes(target));
    }

    /// <summary>Adds a character device.</summary>
    public void Characters(string path, uint major, uint minor)
    {
        Entry(path, TypeCharacters | 0x180, [], major: major, minor: minor);
    }

    /// <summary>Ends the archive.</summary>
    public void End()
    {
        _inode = uint.MaxValue;
        Entry("TRAILER!!!", 0, []);
    }

    private void Entry(string path, uint mode, ReadOnlySpan<byte> content, uint links = 1, uint major = 0, uint minor = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        unchecked
        {
            _inode++;
        }

        // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
        uint[] fields = [_inode, mode, 0, 0, links, 0, (uint)content.Length, 0, 0, major, minor, (uint)name.Length, 0];
        Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture)))));
        Write(name);
        Pad();
        Write(content);
        Pad();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }

    private void Pad()
    {
        Write(new byte[-_position & 3]);
    }
}

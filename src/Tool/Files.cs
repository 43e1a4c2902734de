using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Redoubt.Tool;

/// <summary>Files that are whole or absent, and locks between processes.</summary>
public static partial class Files
{
    // open(2) and flock(2) of Linux, the same on x64 and arm64.
    private const int ReadWrite = 2, Create = 0x40, CloseOnExec = 0x8_0000;
    private const int LockExclusive = 2, LockNonBlocking = 4;

    /// <summary>Writes a file beside <paramref name="path"/> and renames it, so that nobody ever sees half of it.</summary>
    public static void Write(string path, Action<string> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using IDisposable cleanUp = Interruption.OnExit(() => File.Delete(temporary));
        try
        {
            write(temporary);
            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Fills a folder beside <paramref name="path"/> and renames it: the folder is complete or absent.</summary>
    public static void WriteFolder(string path, Action<string> fill)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Environment.ProcessId}.tmp";
        Directory.CreateDirectory(temporary);
        using IDisposable cleanUp = Interruption.OnExit(() => DeleteFolder(temporary));
        try
        {
            fill(temporary);
            Directory.Move(temporary, full);
        }
        finally
        {
            DeleteFolder(temporary);
        }
    }

    /// <summary>Copies a file that is mostly holes, which <see cref="File.Copy(string, string)"/> would fill.</summary>
    public static void CopyWithHoles(string from, string to)
    {
        Subprocess.Result result = Subprocess.Run("cp", ["--sparse=always", "--", from, to]);
        if (result.Status != 0)
            throw new UserError($"cannot copy {from}: {result.Text}");
    }

    /// <summary>Works in a folder that is empty at the beginning and gone in the end.</summary>
    public static void WithFolder(string path, Action<string> work)
    {
        DeleteFolder(path);
        Directory.CreateDirectory(path);
        using IDisposable cleanUp = Interruption.OnExit(() => DeleteFolder(path));
        try
        {
            work(path);
        }
        finally
        {
            DeleteFolder(path);
        }
    }

    /// <summary>Deletes a folder and all in it, if it is there.</summary>
    public static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }

    /// <summary>
    /// Takes the lock that <paramref name="path"/> stands for, among all processes; <paramref name="waiting"/> is called once if another
    /// process has it. The system drops the lock when the process ends, in whatever way.
    /// </summary>
    public static IDisposable Lock(string path, Action? waiting = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Not a FileStream: the runtime takes locks of its own, and fails where this call waits.
        SafeFileHandle file = open(path, ReadWrite | Create | CloseOnExec, 0x1b6);
        if (file.IsInvalid)
            throw new IOException($"cannot open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        if (flock(file, LockExclusive | LockNonBlocking) != 0)
        {
            waiting?.Invoke();
            while (flock(file, LockExclusive) != 0)
            {
                // Interrupted by a signal; try again.
            }
        }

        return file;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeHandle descriptor, int operation);
}

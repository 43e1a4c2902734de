using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Redoubt.Tool.Machines;

/// <summary>The terminal this command was started on, if any.</summary>
public static unsafe partial class Terminal
{
    private const int Input = 0, Output = 1, DrainThenSet = 1;

    /// <summary>More than any system's <c>struct termios</c>, which is not looked into.</summary>
    private const int SettingsSize = 256;

    /// <summary>Whether both input and output are a terminal.</summary>
    public static bool IsInteractive => isatty(Input) == 1 && isatty(Output) == 1;

    /// <summary>Passes every key on as it is, Ctrl-C too, until the result is disposed or the command ends in whatever way.</summary>
    public static IDisposable Raw()
    {
        byte[] before = new byte[SettingsSize];
        byte[] raw = new byte[SettingsSize];
        fixed (byte* pointer = before)
            _ = tcgetattr(Input, pointer);
        before.CopyTo(raw, 0);
        fixed (byte* pointer = raw)
        {
            cfmakeraw(pointer);
            _ = tcsetattr(Input, DrainThenSet, pointer);
        }

        return new Restoration(before);
    }

    /// <summary>Reads keys on a thread of its own and hands them on, until the input ends.</summary>
    public static void Relay(Action<ReadOnlySpan<byte>> keys)
    {
        new Thread(() =>
        {
            using SafeFileHandle input = new(Input, ownsHandle: false);
            using FileStream stream = new(input, FileAccess.Read, bufferSize: 0);
            byte[] buffer = new byte[1024];
            int count;
            while ((count = stream.Read(buffer)) > 0)
                keys(buffer.AsSpan(0, count));
        })
        { IsBackground = true, Name = "keys" }.Start();
    }

    private static void Restore(byte[] settings)
    {
        fixed (byte* pointer = settings)
            _ = tcsetattr(Input, DrainThenSet, pointer);
    }

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);

    [LibraryImport("libc")]
    private static partial int tcgetattr(int descriptor, byte* settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int descriptor, int actions, byte* settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* settings);

    private sealed class Restoration : IDisposable
    {
        private readonly byte[] _settings;
        private readonly IDisposable _onExit;

        public Restoration(byte[] settings)
        {
            _settings = settings;
            _onExit = Interruption.OnExit(() => Restore(settings));
        }

        public void Dispose()
        {
            Restore(_settings);
            _onExit.Dispose();
        }
    }
}

using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Redoubt.Tool.Machines;

/// <summary>
/// A person at a running machine, by QEMU's own protocol (QMP, docs/interop/qmp-spec): keys, a finger, and pictures of the display. Made before the
/// machine, which is told of the socket (<see cref="QemuMachine.Control"/>).
/// </summary>
public sealed class MachineControl : IDisposable
{
    /// <summary>Greatest value of a coordinate of a finger (INPUT_EVENT_ABS_MAX).</summary>
    private const int Range = 0x7fff;

    private readonly string _folder = Directory.CreateTempSubdirectory("redoubt-").FullName;
    private readonly Lock _lock = new();
    private NetworkStream? _stream;
    private StreamReader? _reader;

    /// <summary>Path of the socket.</summary>
    public string Socket => Path.Combine(_folder, "control");

    /// <summary>Presses a key, or lets it go.</summary>
    /// <param name="key">QEMU's name for it (QKeyCode).</param>
    /// <param name="isDown">Which of the two.</param>
    public void Key(string key, bool isDown) => Send(new JsonObject
    {
        ["type"] = "key",
        ["data"] = new JsonObject { ["down"] = isDown, ["key"] = new JsonObject { ["type"] = "qcode", ["data"] = key } },
    });

    /// <summary>Puts the finger on a pixel of the display, moves it there, or takes it off there.</summary>
    public void Touch(BoardDisplay display, uint x, uint y, bool isDown) => Send(
        Axis("x", x, display.Width),
        Axis("y", y, display.Height),
        new JsonObject { ["type"] = "btn", ["data"] = new JsonObject { ["down"] = isDown, ["button"] = "left" } });

    /// <summary>Writes what the display shows to a file: PNG, or PPM if its name ends so.</summary>
    public void Screenshot(string path)
    {
        string format = Path.GetExtension(path) == ".ppm" ? "ppm" : "png";
        Execute("screendump", new JsonObject { ["filename"] = Path.GetFullPath(path), ["format"] = format });
    }

    /// <summary>Executes a command of QEMU's monitor for people: the protocol has none for registers.</summary>
    /// <returns>What it said.</returns>
    /// <exception cref="UserError">QEMU has ended.</exception>
    public string Monitor(string command) => (string)Execute("human-monitor-command", new JsonObject { ["command-line"] = command })!;

    /// <summary>Executes a command.</summary>
    /// <returns>What it returned.</returns>
    /// <exception cref="UserError">QEMU refuses it, or has ended.</exception>
    public JsonNode Execute(string command, JsonObject? arguments = null)
    {
        lock (_lock)
        {
            try
            {
                Connect();
                return Exchange(command, arguments);
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                throw new UserError($"the machine can't be reached: {failure.Message}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _stream?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static JsonObject Axis(string name, uint pixel, uint size) => new()
    {
        ["type"] = "abs",
        // The middle of the pixel.
        ["data"] = new JsonObject { ["axis"] = name, ["value"] = (int)((2L * pixel + 1) * (Range + 1) / (2L * size)) },
    };

    private void Send(params ReadOnlySpan<JsonNode?> events) => Execute("input-send-event", new JsonObject { ["events"] = new JsonArray(events) });

    /// <summary>The socket is there a moment after QEMU has started.</summary>
    private void Connect()
    {
        if (_stream is not null)
            return;
        const int Attempts = 200, PauseMilliseconds = 50;
        System.Net.Sockets.Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        for (int attempt = 1; !socket.Connected; attempt++)
        {
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(Socket));
            }
            catch (SocketException) when (attempt < Attempts)
            {
                Thread.Sleep(PauseMilliseconds);
            }
        }

        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream);
        _reader.ReadLine();
        Exchange("qmp_capabilities", null);
    }

    private JsonNode Exchange(string command, JsonObject? arguments)
    {
        JsonObject request = new() { ["execute"] = command };
        if (arguments is not null)
            request["arguments"] = arguments;
        _stream!.Write(JsonSerializer.SerializeToUtf8Bytes(request));
        // Events come between the answers.
        while (_reader!.ReadLine() is { } line)
        {
            JsonNode answer = JsonNode.Parse(line)!;
            if (answer["error"] is { } error)
                throw new UserError($"QEMU refuses {command}: {error["desc"]}");
            if (answer["return"] is { } result)
                return result;
        }

        throw new IOException("it has ended");
    }
}

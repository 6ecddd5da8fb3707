using Chat;

// The program finds its settings and pages beside itself, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

// A nats-server of its own, unless NatsRun:Nats:Url or NATS_URL names another.
builder.AddLocalNatsServer();

// HTTP, WebSockets and handlers on one NATS connection; the streams and buckets they need are created when missing.
var nats = builder.Services.AddNatsRun().AddGateway().AddRooms();
UserTopology.Declare(nats.Topology);
builder.Services.AddSingleton<UserStore>();

// Whatever still runs then is cut: people who press Ctrl+C want to leave.
builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(4));

var app = builder.Build();
app.UseNatsRun();
app.UsePages();

// HTTP requests become messages: into the stream `users`, or as calls whose reply is the response.
app.MapNatsQueue("POST", "/users");
app.MapNatsRequest("GET", "/users");
app.MapNatsRequest("GET", "/users/{id}");

// Messages reach handlers, in this process or in any other on the same NATS.
var users = app.Services.GetRequiredService<UserStore>();
app.MapWorkQueue("users", "post_users").Map<CreateUser>("demo.http.post.users", users.CreateAsync);
app.MapRequest("demo.call.get.users", users.ListAsync);
app.MapRequest("demo.call.get.users.{id}", users.GetAsync);

// WebSockets join rooms; the pages to enter them; health for whoever runs this.
app.MapRooms("/{roomId}/{clientId}");
app.MapPages();
app.MapHealth();

app.Run();

// Node-RED as npm start runs it: for this machine only, with nothing but what the examples need.
module.exports = {
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  // The examples hold no secrets; what you add is encrypted with this key, which is no secret either.
  credentialSecret: 'npm start',
  telemetry: { enabled: false, updateNotification: false },
  // Without `projects`, Node-RED warns that they are off, which is as it should be.
  editorTheme: { tours: false, projects: {} },
};

// The script that started this Node-RED is gone: so is the reason to run.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
